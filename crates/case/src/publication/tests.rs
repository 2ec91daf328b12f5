//! Is a draft read as it was meant, and is everything that is badly written told with its line?

mod acts;
mod built;
mod runs;
mod told;

use super::draft::{self, Content, Draft};
use super::sentence::{Piece, Sentence, Style, split};
use proptest::prelude::*;

fn sentences(text: &str) -> Vec<Sentence> {
    let (sentences, faults) = split(&[(Style::Plain, text.to_string())]);
    assert_eq!(faults, []);
    sentences
}

#[test]
fn a_paragraph_falls_into_sentences() {
    let check = |text: &str, expected: &[&str]| {
        let found: Vec<String> = sentences(text).iter().map(|s| s.words().trim().to_string()).collect();
        assert_eq!(found, expected, "{text}");
    };
    check("One. Two? Three!", &["One.", "Two?", "Three!"]);
    check("Dr. Ana saw it. So did P. Bo.", &["Dr. Ana saw it.", "So did P. Bo."]);
    check("See art. 7, para. 2. It says so.", &["See art. 7, para. 2.", "It says so."]);
    check("It fell by 3.5 per cent. Then it rose.", &["It fell by 3.5 per cent.", "Then it rose."]);
    check("كان هناك. ثم ذهب.", &["كان هناك.", "ثم ذهب."]);
    check("他们在那里。后来走了。", &["他们在那里。", "后来走了。"]);
    check("", &[]);
}

#[test]
fn marks_belong_to_the_sentence_that_they_follow() {
    let found = sentences("People were held there [@S-001; @T-2]. This is background. {narrative} {{F-3}} [@F-3]");
    assert_eq!(found[0].cites().collect::<Vec<_>>(), ["S-001", "T-2"]);
    assert!(!found[0].narrative && found[1].narrative, "{found:?}");
    assert_eq!(found[2].takes().collect::<Vec<_>>(), [("F-3", None)]);
    let after = sentences("The first. [@S-001] The second [@S-002].");
    assert_eq!(after[0].cites().collect::<Vec<_>>(), ["S-001"]);
    assert_eq!(after[1].cites().collect::<Vec<_>>(), ["S-002"]);
    let reviewed = sentences("There were twelve. {reviewed: Bo, counted on the photograph}{note: Seen by two.}");
    assert_eq!(reviewed[0].reviewed.as_deref(), Some("Bo, counted on the photograph"));
    assert!(reviewed[0].pieces.contains(&Piece::Note("Seen by two.".into())));
}

#[test]
fn what_would_lose_its_words_or_its_order_is_refused() {
    let check = |body: &str, expected: &str| {
        let head = "+++\ntitle = \"A\"\ndate = \"2026\"\npurpose = \"courts\"\n+++\n\n";
        let (_, problems) = draft::read(&format!("{head}{body}\n"));
        let told: Vec<String> = problems.iter().map(|p| format!("{}: {}", p.line, p.what)).collect();
        assert!(told.iter().any(|line| line.contains(expected)), "{body:?}: {told:?}");
    };
    check("- outer [@T-1]\n  - inner [@T-2]", "8: a list stands in no other list");
    check("- one [@T-1]\n\n  two [@T-1]", "a point has one paragraph");
    check("- one [@T-1]\n\n  > two [@T-1]", "a quotation stands in no point");
    check("1. one [@T-1]", "points have no numbers");
    check("> - one [@T-1]", "a list stands in no other list and in no quotation");
    check("> # One", "a heading stands in no list");
    check("- ![c](figure:map)", "a figure stands in a paragraph of its own");
    check("#", "a heading has no words");
    check("a\u{202e}b. [@T-1]", "a sign turns the order of letters round");
}

#[test]
fn numbers_that_count_are_told_from_dates_and_places() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(sentences(text)[0].literal_number().as_deref(), expected, "{text}");
    };
    check("There were 40 men.", Some("40"));
    check("There were forty men.", Some("forty"));
    check("A majority of twenty-six.", Some("majority"));
    check("كان هناك ٤٠ رجلا.", Some("٤٠"));
    check("It was 12.5% of them.", Some("12.5%"));
    check("It happened on 12 March 2019.", None);
    check("From 2017 to 2019, and in 2017-2019.", None);
    check("See article 7 and paragraph 12.", None);
    check("في 3 أيلول/سبتمبر 2018 كان هناك.", None);
    check("انظر المادة 7.", None);
    check("Since 2018-09 nobody came.", None);
    check("There were 2085 dead.", Some("2085"));
    check("There were XVII men.", Some("XVII"));
    check("Chapter II says so.", None);
    check("Ils étaient dix-sept.", Some("dix-sept"));
    check("Их было семнадцать.", Some("семнадцать"));
    check("قتل سبعة عشر رجلا.", Some("سبعة"));
    check("那里有十七人。", Some("那里有十七人"));
    check("There were seven\u{ad}teen.", Some("seventeen"));
    check("There were ѕеventeen.", Some("seventeen"));
    check("A handful of them.", Some("handful"));
    check("See articles 7 and 8.", None);
    check("One of them spoke.", None);
    check("See A/HRC/51/5.", None);
    check("{{R-2.estimate}} were held.", None);
    check("A 60-odd of them.", Some("60-odd"));
    check("It cost 40k.", Some("40k"));
    check("有60人被杀。", Some("有60人被杀"));
    check("رأيت و60 آخرين", Some("و60"));
    check("Их было 60-ти.", Some("60-ти"));
    check("2019年3月12日他们来了。", None);
    check("见第7条。", None);
    check("2019 people were shot.", Some("2019"));
    check("In 2019 2000 people were shot.", Some("2000"));
    check("In 2019 people were shot.", None);
    check("On 23 June 2019 men were led away.", None);
    check("In March 30 people were shot.", Some("30"));
    check("Articles 7 and 60 people.", Some("60"));
    check("Articles 7 and 9 were breached.", None);
    check("Scores of them died.", Some("Scores"));
    check("A couple of them.", Some("couple"));
    check("It grew threefold.", Some("threefold"));
    check("A fifth of them died.", Some("fifth"));
    check("It took sixtyfive of them.", Some("sixtyfive"));
    check("Two thirds died.", Some("Two"));
    check("He was a third party.", None);
    check("It was the third time.", None);
    check("He came to Three Valleys.", None);
    check("It began at 14:30.", None);
}

const HEAD: &str = "+++\ntitle = \"T\"\ndate = \"2026-11-27\"\npurpose = \"report-anonymised\"\n+++\n";

fn read(body: &str) -> (Draft, Vec<(u32, String)>) {
    let (draft, problems) = draft::read(&format!("{HEAD}{body}"));
    (draft.unwrap(), problems.into_iter().map(|p| (p.line, p.what)).collect())
}

#[test]
fn a_draft_is_read_block_by_block() {
    let body = "\n# Findings\n\nThe *first* paragraph [@S-001].\n\n> Quoted words.\n\n- one\n- two\n\n![Where](figure:map)\n\n\
                ![What was asked](table:requests)\n\n{lang=ar} كان هناك.\n";
    let (draft, problems) = read(body);
    assert_eq!(problems, []);
    let shape: Vec<(u32, &str)> = draft
        .blocks
        .iter()
        .map(|block| {
            let what = match &block.content {
                Content::Heading(1, text) if text == "Findings" => "heading",
                Content::Paragraph { number: 1, language: None, .. } => "first",
                Content::Paragraph { number: 2, language: Some(l), sentences } if l == "ar" && sentences.len() == 1 => {
                    "second"
                }
                Content::Quote(_) => "quote",
                Content::Points(points) if points.len() == 2 => "points",
                Content::Figure { name, caption } if name == "map" && caption == "Where" => "figure",
                Content::Table { name, .. } if name == "requests" => "table",
                other => panic!("{other:?}"),
            };
            (block.line, what)
        })
        .collect();
    let expected =
        [(7, "heading"), (9, "first"), (11, "quote"), (13, "points"), (16, "figure"), (18, "table"), (20, "second")];
    assert_eq!(shape, expected);
}

#[test]
fn everything_badly_written_is_told_at_once() {
    let faults = |text: &str| split(&[(Style::Plain, text.to_string())]).1.len();
    for broken in ["It was so. {narrative", "So. {reviewed: Bo, because.", "A } B", "He said so [@T-1."] {
        assert_eq!(faults(broken), 1, "{broken}");
    }
    let (_, problems) = read("\nSo. {note: what of the **baker**}\n");
    assert_eq!(problems.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [7, 7], "{problems:?}");
    let (_, problems) =
        read("\n### Too deep\n\nA [link](https://example.org) and {{}}.\n\n{lost} [@] words.\n\n<b>x</b>\n");
    let lines: Vec<u32> = problems.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [7, 9, 9, 11, 11, 13, 13], "{problems:?}");
    let check = |text: &str, line: u32| {
        let (draft, problems) = draft::read(text);
        assert!(draft.is_none());
        assert_eq!(problems.iter().map(|p| p.line).collect::<Vec<_>>(), [line], "{problems:?}");
    };
    check("no head", 1);
    check("+++\ntitle = \"T\"\n", 1);
    check("+++\ntitle = \"T\"\ndate = 3\n+++\n", 3);
}

proptest! {
    #[test]
    fn any_text_is_read_and_no_word_is_lost(text in "[ -~\n]{0,200}") {
        let _ = draft::read(&text);
        let _ = draft::read(&format!("{HEAD}{text}"));
    }

    #[test]
    fn splitting_loses_no_letter(words in "[a-zA-Z .?!é中ق0-9]{0,120}") {
        let (sentences, faults) = split(&[(Style::Plain, words.clone())]);
        prop_assert!(faults.is_empty());
        let again: String = sentences.iter().map(Sentence::words).collect();
        prop_assert_eq!(again, words);
    }
}
