//! Which words count, in the languages of reports and in signs that are no digits?
//!
//! A number of the author's own stands in words as easily as in digits: `dix-sept`, `سبعة عشر`, `十七人`, `XVII men`, `ѕеvеntееn` with letters of
//! another alphabet. What is read here is read as a reader sees it: without signs that nobody sees.

use factum_guard::leak::in_latin;

/// Number words besides the English ones: from two upwards, for "one" is an article in most of these languages. Which language a
/// sentence has is not looked at, so those are left out that are ordinary words of another: `once`, `seize`, `cent`, `dos`.
const WORDS: &[&str] = &[
    // French.
    "deux",
    "trois",
    "quatre",
    "cinq",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "mille",
    "millier",
    "milliers",
    "centaine",
    "centaines",
    "dizaine",
    "dizaines",
    "douzaine",
    "moitié",
    "majorité",
    // Spanish.
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
    "cien",
    "ciento",
    "cientos",
    "decena",
    "decenas",
    "docena",
    "mitad",
    "mayoría",
    // Russian, in the cases in which they stand before what they count.
    "два",
    "две",
    "двух",
    "двое",
    "три",
    "трёх",
    "трех",
    "трое",
    "четыре",
    "четырёх",
    "четырех",
    "четверо",
    "пять",
    "пяти",
    "пятеро",
    "шесть",
    "шести",
    "семь",
    "семи",
    "восемь",
    "восьми",
    "девять",
    "девяти",
    "десять",
    "десяти",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
    "сто",
    "двести",
    "триста",
    "тысяча",
    "тысячи",
    "тысяч",
    "сотни",
    "сотен",
    "десятки",
    "десятков",
    "половина",
    "большинство",
    // Arabic.
    "اثنان",
    "اثنين",
    "اثنتان",
    "اثنتين",
    "ثلاثة",
    "ثلاث",
    "أربعة",
    "أربع",
    "خمسة",
    "خمس",
    "ستة",
    "ست",
    "سبعة",
    "سبع",
    "ثمانية",
    "ثماني",
    "ثمان",
    "تسعة",
    "تسع",
    "عشرة",
    "عشر",
    "عشرون",
    "عشرين",
    "ثلاثون",
    "ثلاثين",
    "أربعون",
    "أربعين",
    "خمسون",
    "خمسين",
    "ستون",
    "ستين",
    "سبعون",
    "سبعين",
    "ثمانون",
    "ثمانين",
    "تسعون",
    "تسعين",
    "مئة",
    "مائة",
    "مئات",
    "مائتان",
    "مئتان",
    "ألف",
    "آلاف",
    "ألفان",
    "عشرات",
    "نصف",
    "غالبية",
    "معظم",
    // English ones that are no numerals.
    "pair",
    "pairs",
    "handful",
    "trio",
    "twice",
    "thrice",
    "triple",
    "quadruple",
    "zero",
    "threescore",
    "fourty",
];

/// Chinese numerals and what may follow them: `三人`, `十七余名`.
const HAN: &[char] = &[
    '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '廿', '百', '千', '万', '零', '〇', '余', '多',
    '几', '数',
];
const MEASURES: &[char] = &['人', '名', '个', '位', '具', '起', '次', '户', '家', '倍', '成'];

/// Cyrillic letters that look like Latin ones, in a word that has both.
pub(super) fn undisguised(word: &str) -> String {
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{4ff}');
    if !(word.chars().any(cyrillic) && word.chars().any(|c| c.is_ascii_alphabetic())) {
        return word.to_string();
    }
    in_latin(word)
}

/// Whether a word counts in a language other than English, or in Chinese numerals. It is in small letters.
pub(super) fn counts(word: &str) -> bool {
    // Arabic joins "and" to the next word.
    let bare = word.strip_prefix('و').unwrap_or(word);
    let parts = word.split('-').chain([bare]);
    parts.into_iter().any(|part| WORDS.contains(&part)) || counts_in_chinese(word)
}

fn counts_in_chinese(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let mut begins = 0;
    for (at, letter) in letters.iter().enumerate() {
        if HAN.contains(letter) {
            continue;
        }
        let numeral = letters.get(begins..at).unwrap_or_default();
        // "一个" is an article, "第三" a place in a row.
        let is_article = matches!(numeral, [] | ['一']);
        let is_ordinal = begins.checked_sub(1).and_then(|before| letters.get(before)) == Some(&'第');
        if !is_article && !is_ordinal && MEASURES.contains(letter) {
            return true;
        }
        begins = at + 1;
    }
    false
}

/// Roman numerals from two upwards, as letters or as one sign: `XVII`, `Ⅳ`.
pub(super) fn is_roman(word: &str) -> bool {
    let letters =
        word.chars().count() > 1 && word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L' | 'C' | 'D' | 'M'));
    let signs = !word.is_empty() && word.chars().all(|c| matches!(c, '\u{2160}'..='\u{2188}'));
    letters || signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_count_are_known_in_every_language_of_reports() {
        for word in ["dix-sept", "trente", "diecisiete", "семнадцать", "سبعة", "وعشرون", "十七人", "三名", "handful"]
        {
            assert!(counts(word), "{word}");
        }
        for word in ["once", "seize", "cent", "une", "uno", "один", "واحد", "一个", "第三人", "人们", "six", "men"]
        {
            assert!(!counts(word), "{word}");
        }
        assert!(is_roman("XVII") && is_roman("Ⅳ") && !is_roman("I") && !is_roman("Xi"));
        assert_eq!(undisguised("ѕеventeen"), "seventeen");
        assert_eq!(undisguised("семь"), "семь");
    }
}
