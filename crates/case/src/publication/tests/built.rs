//! Does a build print nothing but what it may, and refuse everything else with its line?

use crate::custody::evidence::{Detail, Evidence, Outcome, Run};
use crate::custody::folder::Case;
use crate::custody::founding::WORKING;
use crate::custody::governance::Role;
use crate::custody::ids::RecordId;
use crate::custody::writer::Change;
use crate::facts::tests::{found, identity, open};
use crate::facts::words::{Adopted, Fact, Reviewed};
use crate::facts::{Book, Sort, judge};
use crate::publication::build::{Built, build};
use crate::publication::counted::{Clearing, Counted, ForTheInquiryItself, Told};
use crate::publication::draft;
use crate::publication::gate::Grounds;
use crate::publication::material::Memory;
use crate::publication::vouched;
use crate::testimony::folder::Reading;
use factum_model::edtf::Day;
use factum_report::{Block, Inline};
use std::collections::BTreeMap;

const FILES: [(&str, &str); 13] = [
    (
        "sources/S-001.md",
        "+++\ncode = \"S-001\"\nsort = \"person\"\nreliability = 2\n[risk]\nlevel = \"low\"\njudged = \"2026-01-01\"\n\
         review = \"2027-01-01\"\nreason = \"abroad\"\n[[presence]]\nplace = \"E-001\"\nperiod = \"2023/2024\"\n\
         role = \"detained there\"\n+++\n\nA former detainee.\n",
    ),
    (
        "sources/S-002.md",
        "+++\ncode = \"S-002\"\nsort = \"person\"\nreliability = 2\n[risk]\nlevel = \"low\"\njudged = \"2026-01-01\"\n\
         review = \"2027-01-01\"\nreason = \"abroad\"\n+++\n\nA driver.\n",
    ),
    (
        "sources/S-003.md",
        "+++\ncode = \"S-003\"\nsort = \"person\"\nreliability = 2\n[risk]\nlevel = \"low\"\njudged = \"2026-01-01\"\n\
         review = \"2027-01-01\"\nreason = \"abroad\"\n+++\n\nA nurse.\n",
    ),
    (
        "consents.toml",
        "[[consent]]\nsource = \"S-001\"\ndate = \"2025-04-02\"\npurposes = [\"internal\", \"report-anonymised\", \"report-named\"]\n\
         explained = [\"purpose\", \"risks\", \"withdrawal\"]\nlanguage = \"Tarvi\"\n[[consent.no-finer-than]]\nname = \"date\"\n\
         value = \"year\"\n[[consent]]\nsource = \"S-002\"\ndate = \"2025-04-09\"\npurposes = [\"internal\", \"report-anonymised\"]\n\
         explained = [\"purpose\", \"risks\", \"withdrawal\"]\nlanguage = \"Tarvi\"\n[[consent]]\nsource = \"S-003\"\n\
         date = \"2025-04-09\"\npurposes = [\"internal\"]\nexplained = [\"purpose\", \"risks\", \"withdrawal\"]\n\
         language = \"Tarvi\"\n",
    ),
    (
        "identities.toml",
        "[[identity]]\nsource = \"S-001\"\nnames = [\"Jolan Derevi\", \"Йолан Дереви\"]\n[[identity]]\nsource = \"S-002\"\n\
         names = [\"Mirsa Okto\"]\n",
    ),
    (
        "ties.toml",
        "[[examined]]\none = \"S-001\"\nother = \"S-002\"\nindependent = true\nreason = \"different towns\"\n",
    ),
    ("entities/things.toml", "[[entity]]\ncode = \"E-001\"\nsort = \"place\"\nlabel = \"the brickyard\"\n"),
    (
        "interviews/I-001.md",
        "+++\ncode = \"I-001\"\nsource = \"S-001\"\ndate = \"2025-04-02\"\nlanguage = \"Tarvi\"\n+++\n\nThey took me to the yard.\n\n\
         We slept on the ground.\n",
    ),
    (
        "interviews/I-002.md",
        "+++\ncode = \"I-002\"\nsource = \"S-002\"\ndate = \"2025-05-12\"\nlanguage = \"Tarvi\"\n+++\n\nI saw people in the yard.\n",
    ),
    (
        "statements.csv",
        "code,source,item,at,quote,basis,relays,text,entity,property,value,date,place,credibility.grade,credibility.reason\n\
         T-0001,S-001,I-001,¶1,,first-hand,,was taken to the yard,,,,2023-11-05,E-001,2,told twice\n\
         T-0002,S-002,I-002,¶1,,first-hand,,saw people in the yard,,,,2024-01,E-001,2,precise\n\
         T-0003,S-003,,,,first-hand,,heard cries,,,,2024-01,E-001,2,precise\n",
    ),
    (
        "findings/F-1.md",
        "+++\ncode = \"F-1\"\nstandard = \"reasonable-grounds\"\nauthor = \"M-01\"\n[[bears]]\nstatement = \"T-0001\"\n\
         stance = \"supports\"\n[[bears]]\nstatement = \"T-0002\"\nstance = \"supports\"\n[[answer]]\n\
         words = \"Asked the ministry; nothing came.\"\n+++\n\nPeople were held in the brickyard.\n",
    ),
    (
        "positions.toml",
        "[[position]]\ncode = \"P-1\"\nholder = \"the ministry\"\ndate = \"2025-05\"\nattribution = \"02\"\n\
         words = \"No one was ever held there.\"\nwhere-said = \"the evening news\"\nfindings = [\"F-1\"]\n",
    ),
    (
        "requests/Q-1.toml",
        "code = \"Q-1\"\naddressee = \"the ministry\"\nsent = \"2025-05-02\"\ndeadline = \"2025-06-02\"\nchannel = \"letter\"\n\
         questions = [\"Who commanded the guards?\"]\n",
    ),
];

fn today() -> Day {
    Day::from_ymd(2026, 11, 27).unwrap()
}

/// An inquiry with an adopted finding, a State that denies, an estimate that converged and one that did not.
pub(super) struct Inquiry {
    pub(super) case: Case,
    _folder: tempfile::TempDir,
}

/// A run that read these items and made those.
pub(super) fn run_of(code: &str, values: &[(&str, &str)], inputs: &[RecordId], outputs: &[RecordId]) -> Evidence {
    match run(code, true, values, inputs.to_vec()) {
        Evidence::Run(run) => Evidence::Run(Box::new(Run { outputs: outputs.to_vec(), ..*run })),
        other => other,
    }
}

fn run(code: &str, converged: bool, values: &[(&str, &str)], inputs: Vec<RecordId>) -> Evidence {
    Evidence::Run(Box::new(Run {
        run: code.into(),
        what: "estimate".into(),
        program: "factum 0".into(),
        seed: Some("1".into()),
        parameters: Vec::new(),
        inputs,
        outputs: Vec::new(),
        outcome: Some(Outcome {
            converged,
            values: values.iter().map(|(name, value)| Detail::new(*name, *value)).collect(),
        }),
    }))
}

pub(super) fn inquiry() -> Inquiry {
    let folder = tempfile::tempdir().unwrap();
    let (ada, bo) = (identity("Ada"), identity("Bo"));
    let mut case = found(folder.path(), &ada);
    case.add_member("Bo", &bo.card(), Role::Lead, &[WORKING.to_string()]).unwrap();
    let files: BTreeMap<String, Vec<u8>> =
        FILES.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect();
    let reading = Reading::of(&files);
    let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults, <[String; 0]>::default());
    case.take_in(&reading.inquiry, &reading.identities.unwrap_or_default(), WORKING).unwrap();
    let book = Book::read(&case).unwrap();
    let finding = book.find("F-1", Sort::Finding).unwrap();
    let state = judge::state(&book.findings[&finding]);
    let review = Fact::Reviewed(Reviewed { finding, state, agrees: true, words: "read".into() });
    open(folder.path(), &bo).say_facts("review", "review", &[review]).unwrap();
    let wording = vec![
        Detail::new("en", "People were held in the brickyard."),
        Detail::new("fr", "Il existe des motifs raisonnables de croire que des personnes y ont été détenues."),
    ];
    case.say_facts("adopt", "adopt", &[Fact::Adopted(Adopted { finding, state, wording })]).unwrap();
    let mut change = Change::new("estimate", "estimates");
    let full = [
        ("model", "log-linear"),
        ("observed", "425"),
        ("level", "95 %"),
        ("estimate", "1234"),
        ("lower", "1100"),
        ("upper", "1400"),
    ];
    change.say(WORKING, &run("R-2", true, &full, Vec::new())).unwrap();
    change.say(WORKING, &run("R-3", false, &full, Vec::new())).unwrap();
    change.say(WORKING, &run("R-4", true, &full, vec![RecordId([7; 16])])).unwrap();
    case.tell(change).unwrap();
    Inquiry { case, _folder: folder }
}

impl Inquiry {
    pub(super) fn book(&self) -> Book {
        Book::read(&self.case).unwrap()
    }

    pub(super) fn build(&self, head: &str, body: &str, clearing: &dyn Clearing) -> Result<Built, Vec<String>> {
        let text = format!("+++\ntitle = \"The yard\"\ndate = \"2026-11-27\"\n{head}+++\n{body}");
        let (draft, problems) = draft::read(&text);
        assert_eq!(problems, []);
        let book = Book::read(&self.case).unwrap();
        let judged = judge::all(&book, today(), &|member| self.case.register().name_of(member));
        let grounds = Grounds::of(&self.case, &book, &judged, today());
        let built = build(&self.case, &draft.unwrap(), &grounds, clearing, &mut Memory::default());
        built.map_err(|problems| problems.iter().map(|p| format!("{}: {} ({})", p.line, p.what, p.hint)).collect())
    }
}

pub(super) const ANONYMOUS: &str = "purpose = \"report-anonymised\"\n";
const NAMED: &str = "purpose = \"report-named\"\n";

const BODY: &str = "\n# Findings\n\n{{F-1}}. [@F-1] In all there were {{R-2.estimate}}, of whom {{R-2.share}} were known [@R-2].\n\n\
    {lang=fr} {{F-1}} [@F-1]\n\nOn this, {{F-1}}. [@F-1] She said so [@T-0001; @I-002; @S-002; @Q-1]. This is how we worked. {narrative}\n\n\
    ![Estimates](figure:estimate-R-2)\n\n![When](figure:timeline)\n\n![Who could know](figure:coverage)\n\n![Ties](figure:ties-F-1)\n\n\
    ![Asked](table:requests)\n\n![Held](table:positions-F-1)\n\n![Runs](table:runs)\n";

/// The words of a dossier's body, footnotes in square brackets, a line a block.
pub(super) fn words(built: &Built) -> Vec<String> {
    fn said(runs: &[Inline]) -> String {
        let one = |run: &Inline| match run {
            Inline::Text(words) | Inline::Strong(words) | Inline::Emph(words) => words.clone(),
            Inline::Note(runs) => format!("[{}]", said(runs)),
            Inline::Span { runs, .. } | Inline::Link { runs, .. } => said(runs),
        };
        runs.iter().map(one).collect()
    }
    let block = |block: &Block| match block {
        Block::Heading { text, .. } | Block::Annex { text } => text.clone(),
        Block::Numbered { number, runs, .. } => format!("{number}. {}", said(runs)),
        Block::Entry { label, runs, .. } => format!("{label}: {}", said(runs)),
        Block::Paragraph { runs, .. } | Block::Quote { runs, .. } | Block::Under { runs } | Block::Warning { runs } => {
            said(runs)
        }
        Block::List { items } | Block::Points { items, .. } => {
            items.iter().map(|item| said(item)).collect::<Vec<_>>().join("\n")
        }
        Block::Table(table) => {
            let rows = table.rows.iter().map(|row| row.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join(" | "));
            rows.collect::<Vec<_>>().join("\n")
        }
        Block::Figure(figure) => format!("{} {}", figure.alt, figure.svg),
        Block::Anchor { .. } => String::new(),
    };
    // What is set apart stands as it is read.
    let bare = |words: String| words.replace(['\u{2066}', '\u{2069}'], "");
    built.dossier.blocks.iter().map(block).map(bare).collect()
}

#[test]
fn a_draft_becomes_a_dossier() {
    let inquiry = inquiry();
    let built = inquiry.build(ANONYMOUS, BODY, &ForTheInquiryItself).unwrap();
    let lines = words(&built);
    let has = |line: &str| assert!(lines.iter().any(|l| l.contains(line)), "{line}\n{lines:#?}");
    // The adopted wording after the phrase of its standard, and in French as it was adopted.
    has(
        "1. There are reasonable grounds to believe that people were held in the brickyard.[F-1, held to the standard of reasonable \
         grounds to believe, rests on T-0001, T-0002] In all there were 1,234 (95 % interval 1,100 to 1,400), of whom 34.4 per cent",
    );
    has("2. Il existe des motifs raisonnables de croire que des personnes y ont été détenues.[F-1");
    // The State's position stands beside the finding, once.
    let position = "Position of the ministry, May 2025 (";
    assert_eq!(lines.iter().filter(|line| line.contains(position)).count(), 1, "{lines:#?}");
    has("\u{201c}No one was ever held there.\u{201d}[P-1, the ministry, May 2025, the evening news]");
    // Sources by code alone; dates no finer than they allow: a year for S-001, a month for S-002, who was not asked.
    has("3. On this, there are reasonable grounds to believe that people were held in the brickyard.[F-1");
    has("She said so[T-0001, S-001, I-001 of 2025, first-hand, record ");
    has("I-002, with S-002, May 2025, record ");
    has("S-002; Q-1, to the ministry, 2 May 2025]. This is how we worked.");
    // Annexes.
    has("The inquiry did not receive a formal response in that time");
    has("Paragraph 3: This is how we worked.");
    has("S-001: a person.");
    has("None are known on the day of this report.");
    has("R-2 | estimate | factum 0 | 1 |  | converged, inputs unchanged");
    let all = lines.join("\n");
    for hidden in ["Derevi", "Дереви", "Okto", "I-001.md", "2025-04-02", "2023-11-05", "was taken to the yard"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
    assert_eq!(built.dossier.loose_ends(), <[String; 0]>::default());
    assert!(built.dossier.alerts.iter().any(|alert| alert.contains("Not to be passed on")));
    // No plain digest of an item.
    let book = Book::read(&inquiry.case).unwrap();
    assert!(book.digests.values().all(|digest| !all.contains(&digest.to_string()[..16])));
    let places: Vec<&str> = built.counted.iter().map(|counted| counted.place.as_str()).collect();
    for place in ["{{R-2.share}}", "figure:estimate-R-2", "figure:timeline", "coverage: sources", "table:sources"] {
        assert!(places.contains(&place), "{place} {places:?}");
    }
    let again = inquiry.build(ANONYMOUS, BODY, &ForTheInquiryItself).unwrap();
    assert_eq!(format!("{:?}", built.dossier), format!("{:?}", again.dossier), "the same inputs give the same dossier");
}

#[test]
fn annexes_speak_the_language_of_the_report() {
    let inquiry = inquiry();
    let body =
        "\nShe said so [@T-0001; @I-002; @S-002; @P-1; @R-2]. This is how we worked. {narrative}\n\n![x](table:runs)\n";
    let check = |language: &str, expected: &[&str]| {
        let head = format!("{ANONYMOUS}language = \"{language}\"\n");
        let built = inquiry.build(&head, body, &ForTheInquiryItself).unwrap();
        let lines = words(&built);
        for words in expected {
            assert!(lines.iter().any(|line| line.contains(words)), "{language}: {words}\n{}", lines.join("\n"));
        }
        // Headings, tables, entries and sentences of the build itself: nothing of them is English.
        for english in [
            "How this report was made",
            "Sources stand",
            "a person.",
            "record ",
            "withheld",
            "first-hand",
            "seed",
            "The inquiry",
            "Requests as of",
            "no formal response",
            "Position of",
            "in its own words",
            "officials",
        ] {
            assert!(!lines.iter().any(|line| line.contains(english)), "{language}: {english}\n{}", lines.join("\n"));
        }
    };
    check(
        "fr",
        &[
            "Comment ce rapport a été établi",
            "S-001: une personne.",
            "avec S-002",
            "de première main",
            "Paragraphe 1",
            "Q-1: Le 2 mai 2025",
            "n'a pas reçu de réponse formelle",
        ],
    );
    check(
        "ar",
        &[
            "كيف أُعد هذا التقرير",
            "S-001: شخص.",
            "مع S-002",
            "مباشر",
            "الفقرة 1",
            "Q-1: في 2 أيار/مايو 2025",
            "رداً رسمياً",
            "تكلمت جهات غير الدولة",
        ],
    );
    check(
        "es",
        &[
            "Cómo se elaboró este informe",
            "S-001: una persona.",
            "con S-002",
            "Párrafo 1",
            "Q-1: El 2 de mayo de 2025",
            "respuesta formal",
        ],
    );
    check(
        "ru",
        &[
            "Как подготовлен настоящий доклад",
            "S-001: лицо.",
            "Пункт 1",
            "Q-1: 2 мая 2025 года",
            "официального ответа",
            "Позиции",
        ],
    );
    check("zh", &["本报告的编写方法", "S-001: 个人.", "第1段", "Q-1: 2025年5月2日", "正式答复"]);
    // A language that is not known here gets English, and is told so.
    let head = format!("{ANONYMOUS}language = \"de\"\n");
    let built = inquiry.build(&head, body, &ForTheInquiryItself).unwrap();
    let marked = |block: &Block| matches!(block, Block::Paragraph { lang: Some(lang), .. } if lang == "en");
    assert!(built.dossier.blocks.iter().any(marked));
}

#[test]
fn a_source_is_named_where_it_agreed_to_exactly_that() {
    let inquiry = inquiry();
    let built = inquiry.build(NAMED, "\n{{S-001.name}} said so [@T-0001; @T-0002].\n", &ForTheInquiryItself).unwrap();
    let all = words(&built).join("\n");
    assert!(
        all.contains("1. Jolan Derevi said so[") && all.contains("S-001: a person: Jolan Derevi / Йолан Дереви."),
        "{all}"
    );
    assert!(!all.contains("Okto"), "who agreed to less stays a code");
    let check = |head: &str, body: &str, expected: &str| {
        let problems = inquiry.build(head, body, &ForTheInquiryItself).unwrap_err().join("\n");
        assert!(problems.contains(expected), "{expected}\n{problems}");
    };
    check(
        ANONYMOUS,
        "\n{{S-001.name}} said so.\n",
        "7: paragraph 1: S-001 is named, and this publication names nobody",
    );
    check(
        NAMED,
        "\n{{S-002.name}} said so.\n",
        "S-002 may not be used here: the source S-002: the source said no to its use",
    );
    check(NAMED, "\n{{S-003.name}} said so.\n", "the name of S-003 is closed to you, or not recorded");
}

#[test]
fn whatever_may_not_be_printed_is_refused_with_its_line() {
    let inquiry = inquiry();
    let check = |body: &str, expected: &str| {
        let problems = inquiry.build(ANONYMOUS, body, &ForTheInquiryItself).unwrap_err().join("\n");
        assert!(problems.contains(expected), "{expected}\n{problems}");
    };
    check(
        "\nIn all {{R-2.persons}}.\n",
        "7: paragraph 1: the run R-2 has no part persons (its parts are model, observed, level,",
    );
    check("\nIn all {{R-2}}.\n", "it is not said what is taken from the run R-2");
    check("\nIn all {{R-3.estimate}}.\n", "the run R-3 did not converge");
    check("\nIn all {{R-4.estimate}}.\n", "1 of the inputs of the run R-4 are gone or closed");
    check("\nHeard it [@T-0003].\n", "T-0003 may not be used here: the source S-003: the source said no to its use");
    check("\n{lang=es} {{F-1}}\n", "F-1: it was not adopted in the language es, only in en, fr");
    check("\nHeld there [@F-1].\n", "F-1 is told in other words than those adopted");
    let beside = "words stand beside those adopted of F-1";
    check("\nThey were beaten to death by the minister. {{F-1}}. [@F-1]\n", beside);
    check("\nThey were beaten to death, and {{F-1}}. [@F-1]\n", beside);
    check("\nIt is false that {{F-1}}. [@F-1]\n", beside);
    check("\n{{F-1}}, as the minister ordered. [@F-1]\n", beside);
    check("\n# As {{F-1}}\n", "a mark, a reference or a citation stands in a heading");
    check("\n# The 40 men\n", "a number stands in a heading: 40");
    check("\n![All 40 men](figure:timeline)\n", "a number stands in the caption of a figure: 40");
    check("\nShe said so [@T-0001].{note: Seen by forty.}\n", "a number stands in the author's own words: forty");
    check("\n![x](figure:rivers)\n", "there is no figure of the name rivers: there are estimate-RUN");
    check("\n![x](table:rivers)\n", "there is no table of the name rivers: there are estimate-RUN");
    check("\n![x](figure:overlap-R-2)\n", "no run R-2 of yours counted persons by list");
    check("\n![x](figure:estimate-R-9)\n", "the run R-9 estimated nothing");
    check("\n![x](figure:matrix-cat-1)\n", "the framework cat-1 is not loaded");
    check("\nIt is so {{S-001}}.\n", "nothing can be taken from S-001");
    let head = "purpose = \"report-anonymised\"\n[[errata]]\ndate = \"2026-11-27\"\ntext = \"x\"\nby = \"Nobody\"\n";
    let problems = inquiry.build(head, "\n", &ForTheInquiryItself).unwrap_err();
    assert!(problems[0].contains("an erratum: Nobody vouches for words and is no member of the case"), "{problems:?}");
}

#[test]
fn a_mark_counts_once_the_member_it_names_has_signed_the_words() {
    let mut inquiry = self::inquiry();
    let mark = "{reviewed: Ada, counted on the photograph}";
    let marked = format!("\nThere were twelve of them. {mark} [@T-0001]\n");
    let errata = "purpose = \"report-anonymised\"\n[[errata]]\ndate = \"2026-11-27\"\ntext = \"It was  twelve.\"\nby = \"Ada\"\n";
    let refused =
        |inquiry: &Inquiry, head: &str, body: &str| inquiry.build(head, body, &ForTheInquiryItself).unwrap_err();
    let problems = refused(&inquiry, errata, &marked);
    let unsigned = "Ada has not vouched for these words: ";
    let expected = [
        format!("an erratum: {unsigned}\"It was twelve.\""),
        format!("{unsigned}\"There were twelve of them. [@T-0001]\""),
    ];
    assert_eq!(problems.len(), 2, "each is one problem, and what it would excuse is none besides: {problems:?}");
    expected.iter().zip(&problems).for_each(|(expected, problem)| assert!(problem.contains(expected), "{problem}"));
    // Whom the mark does not name says nothing for it.
    let text = format!("+++\ntitle = \"A\"\ndate = \"2026-11-27\"\n{errata}+++\n{marked}");
    let draft = draft::read(&text).0.unwrap();
    assert_eq!(vouched::waiting(&draft, "Bo", &vouched::Signed::new()), []);
    let said = |inquiry: &Inquiry| vouched::signed(&inquiry.case, &inquiry.book());
    let waiting = vouched::waiting(&draft, "Ada", &said(&inquiry));
    let facts: Vec<Fact> = waiting.into_iter().map(|mark| Fact::Vouched(mark.vouched)).collect();
    inquiry.case.say_facts("vouch", "Ada vouches", &facts).unwrap();
    assert_eq!(vouched::waiting(&draft, "Ada", &said(&inquiry)), []);
    let built = inquiry.build(errata, &marked, &ForTheInquiryItself).unwrap();
    let all = words(&built).join("\n");
    assert!(all.contains("counted on the photograph") && !all.contains("Ada"), "{all}");
    // Of other words, or on other grounds, it has to be said anew.
    for (one, other) in [("twelve", "thirteen"), ("T-0001", "T-0002"), ("photograph", "film"), ("Ada", "Bo")] {
        let problems = refused(&inquiry, errata, &marked.replace(one, other));
        assert!(problems.iter().any(|p| p.contains("has not vouched for these words")), "{other}: {problems:?}");
    }
}

#[test]
fn an_item_is_cited_by_its_mark_and_for_its_sources() {
    let inquiry = inquiry();
    let book = Book::read(&inquiry.case).unwrap();
    let item = book.items.iter().find(|(_, name)| name.as_str() == "I-001.md").map(|(item, _)| *item).unwrap();
    let built = inquiry.build(ANONYMOUS, "\nIt is written [@I-001.md].\n", &ForTheInquiryItself).unwrap();
    let all = words(&built).join("\n");
    assert!(!all.contains("I-001.md") && !all.contains(&item.to_string()), "{all}");
    let mut change = Change::new("undo", "x");
    change.say(WORKING, &run("R-5", true, &[("persons", "12")], vec![item])).unwrap();
    let Inquiry { mut case, _folder } = inquiry;
    case.tell(change).unwrap();
    // The same file comes in anew, and says something else.
    let again = _folder.path().with_extension("again");
    std::fs::create_dir(&again).unwrap();
    std::fs::write(again.join("I-001.md"), "another text").unwrap();
    let how = crate::custody::collect::Collecting::new(WORKING);
    let path = again.join("I-001.md");
    crate::custody::collect::collect(&mut case, &[path], &how, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    std::fs::remove_dir_all(&again).unwrap();
    let inquiry = Inquiry { case, _folder };
    let problems = inquiry.build(ANONYMOUS, "\nThere were {{R-5.persons}}.\n", &ForTheInquiryItself).unwrap_err();
    assert!(problems[0].contains("1 of the inputs of the run R-5 came in anew after it"), "{problems:?}");
}

/// Withholds every count below ten.
struct FromTen;

impl Clearing for FromTen {
    fn clear(&self, counted: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        let told = |count: u64| if count < 10 { Told::Withheld } else { Told::Exactly(count) };
        Ok(counted.iter().map(|one| one.cells.iter().map(|cell| told(cell.count)).collect()).collect())
    }
}

/// Decides nothing.
struct Refuses;

impl Clearing for Refuses {
    fn clear(&self, _: &[Counted]) -> Result<Vec<Vec<Told>>, Vec<String>> {
        Err(vec!["table:sources cannot be protected".into()])
    }
}

#[test]
fn what_is_not_cleared_is_not_printed() {
    let inquiry = inquiry();
    let built = inquiry.build(ANONYMOUS, BODY, &FromTen).unwrap();
    assert!(built.dossier.alerts.is_empty());
    let lines = words(&built);
    let all = lines.join("\n");
    assert!(all.contains("person | withheld") && !all.contains("person | 3"), "{all}");
    assert!(all.contains("the brickyard | withheld | withheld"), "{all}");
    // The only place of the timeline has two sources: it has no lane.
    assert!(!lines.iter().any(|line| line.contains("<svg") && line.contains("T-0001")), "{all}");
    // Where nothing is told of a share, nothing of it stands in the sentence.
    let problems = inquiry.build(ANONYMOUS, BODY, &Refuses).unwrap_err();
    assert!(problems.iter().any(|p| p.contains("table:sources cannot be protected")), "{problems:?}");
}
