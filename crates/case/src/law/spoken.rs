//! In which words are elements of law held against findings, language by language?
//!
//! In the official languages of the United Nations. What a framework itself says stands in its own language: nothing of a text of law is
//! translated here. A speaker should read everything but the English before a report leaves.

use crate::tongue::Tongue;

/// The words of matrices and conclusions in one language. Braces hold what is filled in.
pub(super) struct Words {
    /// Over a matrix: element, label, supporting, contrary, neither, missing, assessed by.
    pub matrix: [&'static str; 7],
    /// Over conclusions: conclusion, provision, wording, standard of proof, by, against citing it.
    pub conclusions: [&'static str; 6],
    /// An element that nobody assessed.
    pub not_assessed: &'static str,
    /// Assessments that whoever looks cannot open.
    pub closed: &'static str,
    /// A framework of which every line was compared.
    pub verified: &'static str,
    /// One of which some were not.
    pub unverified: &'static str,
    /// A framework with its version.
    pub version: &'static str,
}

/// The words of a language.
pub(super) fn words(tongue: Tongue) -> &'static Words {
    match tongue {
        Tongue::En => &EN,
        Tongue::Ar => &AR,
        Tongue::Es => &ES,
        Tongue::Fr => &FR,
        Tongue::Ru => &RU,
        Tongue::Zh => &ZH,
    }
}

static EN: Words = Words {
    matrix: ["element", "label", "supporting", "contrary", "neither", "missing", "assessed by"],
    conclusions: ["conclusion", "provision", "wording", "standard of proof", "by", "against citing it"],
    not_assessed: "not assessed",
    closed: "{n} closed here",
    verified: "Every line was compared with the official text",
    unverified: "UNVERIFIED: {open} of {all} lines were not compared with the official text",
    version: "version {n}",
};

static AR: Words = Words {
    matrix: ["العنصر", "التسمية", "مؤيد", "مخالف", "لا هذا ولا ذاك", "ناقص", "قيّمه"],
    conclusions: ["الاستنتاج", "الحكم", "الصيغة", "معيار الإثبات", "من", "ما يمنع الاستشهاد به"],
    not_assessed: "لم يُقيَّم",
    closed: "{n} غير متاح هنا",
    verified: "قورن كل سطر بالنص الرسمي",
    unverified: "غير متحقَّق منه: أسطر لم تُقارَن بالنص الرسمي: {open} من {all}",
    version: "الإصدار {n}",
};

static ES: Words = Words {
    matrix: ["elemento", "denominación", "a favor", "en contra", "ni uno ni otro", "falta", "evaluado por"],
    conclusions: ["conclusión", "disposición", "redacción", "criterio de prueba", "por", "obstáculos para citarla"],
    not_assessed: "no evaluado",
    closed: "no accesibles aquí: {n}",
    verified: "Todas las líneas se cotejaron con el texto oficial",
    unverified: "SIN VERIFICAR: líneas no cotejadas con el texto oficial: {open} de {all}",
    version: "versión {n}",
};

static FR: Words = Words {
    matrix: ["élément", "libellé", "à l’appui", "en sens contraire", "sans incidence", "manque", "évalué par"],
    conclusions: ["conclusion", "disposition", "libellé", "critère de preuve", "par", "obstacles à la citation"],
    not_assessed: "non évalué",
    closed: "non accessibles ici : {n}",
    verified: "Chaque ligne a été comparée au texte officiel",
    unverified: "NON VÉRIFIÉ : {open} lignes sur {all} n’ont pas été comparées au texte officiel",
    version: "version {n}",
};

static RU: Words = Words {
    matrix: ["элемент", "обозначение", "в подтверждение", "против", "ни то ни другое", "недостаёт", "кто оценил"],
    conclusions: ["вывод", "положение", "формулировка", "стандарт доказывания", "кем", "что мешает сослаться"],
    not_assessed: "не оценено",
    closed: "здесь недоступно: {n}",
    verified: "Каждая строка сверена с официальным текстом",
    unverified: "НЕ ПРОВЕРЕНО: не сверено с официальным текстом строк: {open} из {all}",
    version: "версия {n}",
};

static ZH: Words = Words {
    matrix: ["要件", "名称", "支持", "相反", "两者皆非", "缺失", "评估人"],
    conclusions: ["结论", "条款", "措辞", "证明标准", "由", "不得引用的原因"],
    not_assessed: "未评估",
    closed: "此处不可查阅：{n}",
    verified: "每一行均已与正式文本核对",
    unverified: "未核实：{all} 行中有 {open} 行未与正式文本核对",
    version: "第 {n} 版",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_fills_in_the_same() {
        for words in [&AR, &ES, &FR, &RU, &ZH] {
            for (sentence, slots) in [
                (words.closed, &["{n}"][..]),
                (words.unverified, &["{open}", "{all}"][..]),
                (words.version, &["{n}"][..]),
            ] {
                assert!(slots.iter().all(|slot| sentence.contains(slot)), "{sentence}");
            }
        }
    }
}
