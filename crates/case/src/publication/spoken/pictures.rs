//! In which words does a report name its pictures, and the tables that stand for them?
//!
//! What stands within a picture is said by [`factum_report::plot::words`] in the same languages. A speaker should read everything but the
//! English before a report leaves.

/// The words of pictures and their tables in one language. Braces hold what is filled in.
#[derive(Debug)]
pub(in crate::publication) struct Pictures {
    /// Over the picture of who could know.
    pub coverage: &'static str,
    /// Over the line of time.
    pub timeline: &'static str,
    /// Of no place.
    pub no_place: &'static str,
    /// Over the picture of movements.
    pub flows: &'static str,
    /// Over the columns of a table of movements: from, to, when, persons.
    pub moves: [&'static str; 4],
    /// Nobody tells it.
    pub not_told: &'static str,
    /// Over the map of places.
    pub places: &'static str,
    /// Over the map of acts.
    pub acts_map: &'static str,
    /// Under a map.
    pub unplaced: &'static str,
    /// Over the picture of ties.
    pub ties: &'static str,
    /// Why two sources are tied: relays, document, interview, organization, declared; examined: independent, dependent.
    pub tied: [&'static str; 7],
    /// Over the picture of estimates.
    pub estimate: &'static str,
    /// What an estimate counts.
    pub people: &'static str,
    /// Before estimates in a sentence.
    pub estimates: &'static str,
    /// Over the columns of a table of estimates: run, model, people.
    pub models: [&'static str; 3],
    /// Over the picture of lists.
    pub overlap: &'static str,
    /// The picture of lists in a sentence.
    pub overlaps: &'static str,
    /// In which respects acts are told apart: type, place, year, month, unit, group.
    pub respects: [&'static str; 6],
    /// Nobody could have known.
    pub no_source: &'static str,
    /// Under what counts acts.
    pub acts: &'static str,
    /// Under a table that also tells who could have known.
    pub knowers: &'static str,
    /// So many of so many.
    pub spoke_of: &'static str,
    /// Under the same.
    pub denied: &'static str,
    /// After a map in a sentence.
    pub acts_told: &'static str,
}

/// In English.
pub(super) const EN: Pictures = Pictures {
    coverage: "Sources in a position to know, by place and year",
    timeline: "What dated statements say, by place",
    no_place: "no place",
    flows: "Who was moved from where to where, each person once a year",
    moves: ["from", "to", "when", "persons"],
    not_told: "not told",
    places: "Places of which this report speaks",
    acts_map: "Places, with the number of acts told of them",
    unplaced: "Places of which no single position is known, and which are not on the map: {n}.",
    ties: "Sources that bear on {finding}, and what ties them",
    tied: [
        "passes on what the other said",
        "both rest on one document",
        "both rest on one interview",
        "both belong to one organization",
        "said to be tied",
        "examined, and independent",
        "examined, and dependent",
    ],
    estimate: "How many, by model",
    people: "people in all, recorded or not",
    estimates: "Estimates on the same counts. {said}.",
    models: ["run", "model", "people in all"],
    overlap: "People by combination of lists",
    overlaps: "Lists and the people on each: {totals}. Combinations of lists that have people and are shown: {n}.",
    respects: ["type", "place", "year", "month", "unit", "group"],
    no_source: "no source",
    acts: "Acts that were told of, which need not be those that happened.",
    knowers: "In brackets, of the sources that could have known, how many spoke of one, where both may be told; “{no_source}”: nobody who could have known is among the sources, so that nothing is known.",
    spoke_of: "{n} of {all}",
    denied: "Acts that a source only denies are in no cell.",
    acts_told: "Acts told of: {numbers}.",
};

/// In Arabic.
pub(super) const AR: Pictures = Pictures {
    coverage: "المصادر التي كان بإمكانها أن تعلم، بحسب المكان والسنة",
    timeline: "ما تقوله الإفادات المؤرخة، بحسب المكان",
    no_place: "بلا مكان",
    flows: "من نُقل ومن أين وإلى أين، كل شخص مرة في السنة",
    moves: ["من", "إلى", "متى", "أشخاص"],
    not_told: "غير مذكور",
    places: "الأماكن التي يتناولها هذا التقرير",
    acts_map: "الأماكن، مع عدد الأفعال المروية عنها",
    unplaced: "أماكن لا يُعرف لها موقع واحد وليست على الخريطة: {n}.",
    ties: "المصادر المتصلة بالاستنتاج {finding} وما يربط بينها",
    tied: [
        "ينقل ما قاله الآخر",
        "كلاهما يستند إلى وثيقة واحدة",
        "كلاهما يستند إلى مقابلة واحدة",
        "كلاهما من منظمة واحدة",
        "ذُكر أنهما مترابطان",
        "فُحصا وهما مستقلان",
        "فُحصا وهما مترابطان",
    ],
    estimate: "العدد بحسب النموذج",
    people: "مجموع الأشخاص، المسجلون منهم وغير المسجلين",
    estimates: "تقديرات على الأعداد نفسها. {said}.",
    models: ["العملية", "النموذج", "مجموع الأشخاص"],
    overlap: "الأشخاص بحسب توليفات القوائم",
    overlaps: "القوائم وعدد الأشخاص في كل منها: {totals}. توليفات القوائم التي فيها أشخاص والمبيّنة: {n}.",
    respects: ["النوع", "المكان", "السنة", "الشهر", "الوحدة", "الفئة"],
    no_source: "لا مصدر",
    acts: "هي الأفعال التي رُويت، وليست بالضرورة التي وقعت.",
    knowers: "بين قوسين: كم من المصادر التي كان بإمكانها أن تعلم تحدث عن فعل، حيث يجوز ذكر العددين؛ «{no_source}»: ليس بين المصادر من كان بإمكانه أن يعلم، فلا يُعرف شيء.",
    spoke_of: "{n} من {all}",
    denied: "الأفعال التي ينفيها مصدر فحسب ليست في أي خانة.",
    acts_told: "الأفعال المروية: {numbers}.",
};

/// In Spanish.
pub(super) const ES: Pictures = Pictures {
    coverage: "Fuentes en condiciones de saber, por lugar y año",
    timeline: "Lo que dicen las declaraciones fechadas, por lugar",
    no_place: "sin lugar",
    flows: "Quién fue trasladado, de dónde y adónde, cada persona una vez al año",
    moves: ["de", "a", "cuándo", "personas"],
    not_told: "no indicado",
    places: "Lugares de los que habla este informe",
    acts_map: "Lugares, con el número de actos relatados",
    unplaced: "Lugares sin una posición única conocida, que no figuran en el mapa: {n}.",
    ties: "Fuentes relativas a {finding} y lo que las vincula",
    tied: [
        "transmite lo que dijo la otra",
        "ambas se basan en un mismo documento",
        "ambas se basan en una misma entrevista",
        "ambas pertenecen a una misma organización",
        "vínculo declarado",
        "examinadas e independientes",
        "examinadas y dependientes",
    ],
    estimate: "Cuántas personas, según el modelo",
    people: "personas en total, registradas o no",
    estimates: "Estimaciones sobre los mismos recuentos. {said}.",
    models: ["cálculo", "modelo", "personas en total"],
    overlap: "Personas por combinación de listas",
    overlaps: "Listas y personas en cada una: {totals}. Combinaciones de listas con personas que se muestran: {n}.",
    respects: ["tipo", "lugar", "año", "mes", "unidad", "grupo"],
    no_source: "sin fuente",
    acts: "Actos de los que se ha hablado, que no son necesariamente los ocurridos.",
    knowers: "Entre paréntesis, cuántas de las fuentes que podían saber hablaron de un acto, si ambos números pueden comunicarse; «{no_source}»: ninguna de las fuentes podía saber, de modo que nada se sabe.",
    spoke_of: "{n} de {all}",
    denied: "Los actos que una fuente solo niega no figuran en ninguna casilla.",
    acts_told: "Actos relatados: {numbers}.",
};

/// In French.
pub(super) const FR: Pictures = Pictures {
    coverage: "Sources en mesure de savoir, par lieu et par année",
    timeline: "Ce que disent les déclarations datées, par lieu",
    no_place: "sans lieu",
    flows: "Qui a été transféré, d’où et vers où, chaque personne une fois par an",
    moves: ["de", "vers", "quand", "personnes"],
    not_told: "non indiqué",
    places: "Lieux dont parle ce rapport",
    acts_map: "Lieux, avec le nombre d’actes rapportés",
    unplaced: "Lieux sans position unique connue, absents de la carte : {n}.",
    ties: "Sources relatives à {finding} et ce qui les lie",
    tied: [
        "transmet ce que l’autre a dit",
        "reposent sur un même document",
        "reposent sur un même entretien",
        "appartiennent à une même organisation",
        "lien déclaré",
        "examinées et indépendantes",
        "examinées et dépendantes",
    ],
    estimate: "Combien, selon le modèle",
    people: "personnes au total, recensées ou non",
    estimates: "Estimations sur les mêmes dénombrements. {said}.",
    models: ["calcul", "modèle", "personnes au total"],
    overlap: "Personnes par combinaison de listes",
    overlaps: "Listes et personnes sur chacune : {totals}. Combinaisons de listes comportant des personnes et montrées : {n}.",
    respects: ["type", "lieu", "année", "mois", "unité", "groupe"],
    no_source: "aucune source",
    acts: "Actes qui ont été rapportés, qui ne sont pas nécessairement ceux qui ont eu lieu.",
    knowers: "Entre parenthèses, combien des sources qui pouvaient savoir ont parlé d’un acte, lorsque les deux nombres peuvent être communiqués ; « {no_source} » : aucune des sources ne pouvait savoir, de sorte que rien n’est connu.",
    spoke_of: "{n} sur {all}",
    denied: "Les actes qu’une source ne fait que nier ne figurent dans aucune case.",
    acts_told: "Actes rapportés : {numbers}.",
};

/// In Russian.
pub(super) const RU: Pictures = Pictures {
    coverage: "Источники, которые могли знать, по местам и годам",
    timeline: "Что говорят датированные показания, по местам",
    no_place: "без места",
    flows: "Кого, откуда и куда переместили, каждое лицо один раз в год",
    moves: ["откуда", "куда", "когда", "лица"],
    not_told: "не сообщено",
    places: "Места, о которых говорится в докладе",
    acts_map: "Места и число деяний, о которых рассказано",
    unplaced: "Мест, единое положение которых неизвестно и которых нет на карте: {n}.",
    ties: "Источники по выводу {finding} и что их связывает",
    tied: [
        "передаёт сказанное другим",
        "оба опираются на один документ",
        "оба опираются на одно интервью",
        "оба из одной организации",
        "связь заявлена",
        "проверены и независимы",
        "проверены и зависимы",
    ],
    estimate: "Сколько, по моделям",
    people: "всего лиц, зарегистрированных или нет",
    estimates: "Оценки по одним и тем же данным. {said}.",
    models: ["расчёт", "модель", "всего лиц"],
    overlap: "Лица по сочетаниям списков",
    overlaps: "Списки и число лиц в каждом: {totals}. Показано сочетаний списков, в которых есть лица: {n}.",
    respects: ["вид", "место", "год", "месяц", "подразделение", "группа"],
    no_source: "нет источника",
    acts: "Деяния, о которых рассказано; это не обязательно те, что произошли.",
    knowers: "В скобках — сколько из источников, которые могли знать, рассказали о деянии, если можно сообщить оба числа; «{no_source}»: среди источников нет тех, кто мог знать, и потому ничего не известно.",
    spoke_of: "{n} из {all}",
    denied: "Деяния, которые источник только отрицает, не стоят ни в одной клетке.",
    acts_told: "Деяния, о которых рассказано: {numbers}.",
};

/// In Chinese.
pub(super) const ZH: Pictures = Pictures {
    coverage: "可能知情的来源，按地点和年份",
    timeline: "注明日期的陈述所述，按地点",
    no_place: "无地点",
    flows: "何人自何处被转移至何处，每人每年计一次",
    moves: ["自", "至", "时间", "人数"],
    not_told: "未述明",
    places: "本报告述及的地点",
    acts_map: "地点及所述行为数",
    unplaced: "位置不唯一或不明而未列入地图的地点：{n}。",
    ties: "与 {finding} 有关的来源及其联系",
    tied: [
        "转述另一方所言",
        "二者依据同一文件",
        "二者依据同一次访谈",
        "二者属同一组织",
        "自称有关联",
        "经审查且独立",
        "经审查且有依赖关系",
    ],
    estimate: "人数，按模型",
    people: "总人数，无论是否记录在案",
    estimates: "基于相同计数的估计。{said}。",
    models: ["计算", "模型", "总人数"],
    overlap: "按名单组合的人数",
    overlaps: "各名单及其人数：{totals}。有人且已显示的名单组合：{n}。",
    respects: ["类型", "地点", "年份", "月份", "单位", "群体"],
    no_source: "无来源",
    acts: "所列为被讲述的行为，未必等于实际发生的行为。",
    knowers: "括号内为可能知情的来源中有多少讲述了某一行为（在两个数字均可公布时）；“{no_source}”：来源中没有可能知情者，因此一无所知。",
    spoke_of: "{all} 中的 {n}",
    denied: "来源仅予否认的行为不计入任何一格。",
    acts_told: "所述行为：{numbers}。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_in_the_same() {
        let sentences =
            |of: &Pictures| [of.unplaced, of.ties, of.estimates, of.overlaps, of.knowers, of.spoke_of, of.acts_told];
        let slots = |sentence: &str| {
            let mut all: Vec<String> =
                sentence.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_string())).collect();
            all.sort();
            all
        };
        for of in [&AR, &ES, &FR, &RU, &ZH] {
            for (here, english) in sentences(of).into_iter().zip(sentences(&EN)) {
                assert_eq!(slots(here), slots(english), "{here}");
            }
        }
    }
}
