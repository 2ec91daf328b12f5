//! In which language are words, in which direction are they written, and what does the form itself say in it?

use serde::Serialize;

/// A language as the formats need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Tongue {
    /// The language, two or three small letters.
    pub lang: String,
    /// The script, four letters, where the tag names it.
    pub script: Option<String>,
    /// The country, two letters, where the tag names it.
    pub region: Option<String>,
    /// Whether it is written from right to left.
    pub rtl: bool,
}

/// Scripts written from right to left (ISO 15924).
const RTL_SCRIPTS: [&str; 10] = ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"];

/// Languages that are written from right to left where the tag names no script.
const RTL_LANGUAGES: [&str; 20] = [
    "ar", "arc", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo", "prs", "ps", "sd", "syr",
    "ug", "ur", "yi",
];

impl Tongue {
    /// Reads a BCP 47 tag. `None` where it does not begin with a language of two or three letters; subtags that say nothing of
    /// script or country are left out.
    pub fn read(tag: &str) -> Option<Self> {
        let mut parts = tag.split(['-', '_']);
        let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
        let lang = parts.next().filter(|p| (2..=3).contains(&p.len()) && letters(p))?.to_ascii_lowercase();
        let (mut script, mut region) = (None, None);
        for part in parts.take_while(|p| p.len() > 1).filter(|p| letters(p)) {
            match part.len() {
                4 if script.is_none() => script = Some(capitalised(part)),
                2 if region.is_none() => region = Some(part.to_ascii_uppercase()),
                _ => {}
            }
        }
        let rtl = match &script {
            Some(script) => RTL_SCRIPTS.contains(&script.as_str()),
            None => RTL_LANGUAGES.contains(&lang.as_str()),
        };
        Some(Self { lang, script, region, rtl })
    }

    /// The tag again, `zh-Hans-CN`.
    pub fn tag(&self) -> String {
        [Some(&self.lang), self.script.as_ref(), self.region.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("-")
    }

    /// How HTML names the direction.
    pub fn dir(&self) -> &'static str {
        dir(self.rtl)
    }
}

impl Default for Tongue {
    fn default() -> Self {
        Self { lang: "en".into(), script: None, region: None, rtl: false }
    }
}

/// How HTML names a direction.
pub(crate) fn dir(rtl: bool) -> &'static str {
    if rtl { "rtl" } else { "ltr" }
}

fn capitalised(part: &str) -> String {
    part.char_indices().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

/// What the form says of itself.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    /// Language of these words.
    pub lang: &'static str,
    pub table: &'static str,
    /// Beside the caption of a part of a table: `{part}` of its `{all}` columns after the first.
    pub columns: &'static str,
    pub figure: &'static str,
    pub annex: &'static str,
    pub contents: &'static str,
    pub summary: &'static str,
    pub notes: &'static str,
    /// Before what must be known first.
    pub first: &'static str,
    /// On the link from a footnote back to its mark.
    pub back: &'static str,
}

/// The official languages of the United Nations.
static WORDS: [Words; 6] = [
    Words {
        lang: "en",
        table: "Table",
        columns: "columns {part} of {all}",
        figure: "Figure",
        annex: "Annex",
        contents: "Contents",
        summary: "Summary",
        notes: "Notes",
        first: "Read this first",
        back: "Back to the text",
    },
    Words {
        lang: "ar",
        table: "الجدول",
        columns: "الأعمدة {part} من {all}",
        figure: "الشكل",
        annex: "المرفق",
        contents: "المحتويات",
        summary: "موجز",
        notes: "الحواشي",
        first: "اقرأ هذا أولاً",
        back: "العودة إلى النص",
    },
    Words {
        lang: "es",
        table: "Cuadro",
        columns: "columnas {part} de {all}",
        figure: "Figura",
        annex: "Anexo",
        contents: "Índice",
        summary: "Resumen",
        notes: "Notas",
        first: "Lea esto primero",
        back: "Volver al texto",
    },
    Words {
        lang: "fr",
        table: "Tableau",
        columns: "colonnes {part} sur {all}",
        figure: "Figure",
        annex: "Annexe",
        contents: "Table des matières",
        summary: "Résumé",
        notes: "Notes",
        first: "À lire d’abord",
        back: "Retour au texte",
    },
    Words {
        lang: "ru",
        table: "Таблица",
        columns: "столбцы {part} из {all}",
        figure: "Рисунок",
        annex: "Приложение",
        contents: "Содержание",
        summary: "Резюме",
        notes: "Примечания",
        first: "Прочтите сначала",
        back: "Назад к тексту",
    },
    Words {
        lang: "zh",
        table: "表",
        columns: "第 {part} 列，共 {all} 列",
        figure: "图",
        annex: "附件",
        contents: "目录",
        summary: "摘要",
        notes: "注释",
        first: "请先阅读",
        back: "返回正文",
    },
];

/// The form's words in a language, or in English where they are not known.
pub(crate) fn words(tongue: &Tongue) -> &'static Words {
    WORDS.iter().find(|w| w.lang == tongue.lang).unwrap_or(&WORDS[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_tell_language_script_country_and_direction() {
        let check = |tag: &str, expected: Option<(&str, bool)>| {
            let read = Tongue::read(tag).map(|t| (t.tag(), t.rtl));
            assert_eq!(read, expected.map(|(tag, rtl)| (tag.to_string(), rtl)), "{tag}");
        };
        check("en", Some(("en", false)));
        check("AR-eg", Some(("ar-EG", true)));
        check("zh_hans_cn", Some(("zh-Hans-CN", false)));
        check("ug-Cyrl", Some(("ug-Cyrl", false)));
        check("az-Arab", Some(("az-Arab", true)));
        check("es-419", Some(("es", false)));
        check("de-x-private", Some(("de", false)));
        check("", None);
        check("english", None);
        check("٣ar", None);
    }

    #[test]
    fn unknown_languages_speak_english() {
        assert_eq!(words(&Tongue::read("fr").unwrap()).table, "Tableau");
        assert_eq!(words(&Tongue::read("sw").unwrap()).table, "Table");
    }

    proptest! {
        #[test]
        fn a_tag_read_again_is_the_same(tag in "[a-zA-Z_-]{0,12}") {
            if let Some(tongue) = Tongue::read(&tag) {
                prop_assert_eq!(Tongue::read(&tongue.tag()), Some(tongue));
            }
        }
    }
}
