//! Does any inquiry, written and read, stay what it was? Does the page on authoring show what is really read?

use crate::facts::words::{Basis, ClaimStatus, Extent, Level, Purpose, Sort, Stance, Way};
use crate::fault::Severity;
use crate::law::Degree;
use crate::state::Progress;
use crate::testimony::folder::authored::*;
use crate::testimony::folder::record::{Code, Day, Record};
use crate::testimony::folder::signed::{Act, ActFile, Acts, Assessment, Concluded, Lesion, Medical};
use crate::testimony::folder::write::{files, identities, printed};
use crate::testimony::folder::{Files, Reading};
use crate::testimony::passage::{Locator, Moment};
use crate::testimony::text::Text;
use proptest::prelude::*;

/// A standard of proof in an inquiry's own words.
const TWO: &str = "name = 'two witnesses'\nwording = 'as two witnesses say'\nfirst-hand = 2\nreviewers = 1\n";

/// What an inquiry adds to the schema.
const CELLS: &str =
    "extends = 'detention'\nversion = 1\n[property.cell]\nlabel = 'Cell'\ntype = 'text' # a number on a door\n";

/// A framework of one element.
const SMALL: &str = "id = 'small'\nversion = 1\nlanguage = 'en'\ntitle = 'T'\ninstrument = 'I'\nauthority = 'A'\nsource = 'S'\n\
                     date = '2001'\nnumbering = 'own'\nverified = []\n[[provisions]]\narticle = '1'\nlabel = 'p'\n\
                     elements = [{ number = 1, label = 'first' }]\n";

/// Choices that follow from a number (splitmix64).
struct Choices(u64);

impl Choices {
    fn below(&mut self, many: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % many
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }

    fn words(&mut self) -> String {
        let signs = [
            'a', 'B', ' ', '"', '\\', '\n', '\t', '\'', '#', '=', ']', '{', 'é', 'م', '\u{1}', '\u{7f}', '。', ',', ';',
        ];
        let count = self.below(12);
        let mut words: String = (0..count).map(|_| self.of(&signs)).collect();
        words.push('x');
        words
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn many<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.below(4)).map(|_| make(self)).collect()
    }

    fn date(&mut self) -> factum_model::Edtf {
        self.of(&["2025-04-02", "2025-04", "203X", "2024~", "2023/2024-03", "2025-04-02/..", "/2024"]).parse().unwrap()
    }

    fn day(&mut self) -> Day {
        Day(self.of(&["2025-04-02", "2025-12-31", "2032-02-29"]).parse().unwrap())
    }

    fn code(&mut self, letter: &str) -> Code {
        Code(format!("{letter}-{}", self.below(5)))
    }

    fn text(&mut self) -> Text {
        let pieces =
            ["Q: ", "A: ", "one ", "two\n", "\n\n", "{1} ", "{2.1}", "[p.3]\n", "[00:00:07] ", "# ", "\\", "- ", "م "];
        let count = self.below(14);
        let source: String = (0..count).map(|_| self.of(&pieces)).collect();
        Text::markdown(&source, 1).0
    }

    fn named(&mut self) -> Named {
        Named { name: self.words(), value: self.words() }
    }

    fn purposes(&mut self) -> Vec<Purpose> {
        self.many(|c| c.of(&Purpose::ALL).1)
    }
}

/// `n` things of one sort under different codes.
fn coded<T>(c: &mut Choices, letter: &str, make: impl Fn(&mut Choices, Code) -> T) -> Vec<T> {
    (0..c.below(4)).map(|n| make(c, Code(format!("{letter}-{n:03}")))).collect()
}

fn source(c: &mut Choices, code: Code) -> Page<Source> {
    let about = Source {
        code,
        sort: c.of(&Sort::ALL).1,
        organization: c.maybe(Choices::words),
        child: c.maybe(|c| c.below(2) == 0),
        reliability: c.maybe(|c| 1 + c.below(250) as u8),
        risk: c.maybe(|c| Risk { level: c.of(&Level::ALL).1, judged: c.day(), review: c.day(), reason: c.words() }),
        conditions: c.maybe(|c| Conditions { purposes: c.purposes(), words: c.words(), until: c.maybe(Choices::date) }),
        relays: c.many(|c| Relay { source: c.code("S"), reason: c.words() }),
        presence: c.many(|c| Presence { place: c.code("E"), period: c.date(), role: c.words() }),
    };
    Page { about, text: c.text() }
}

fn interview(c: &mut Choices, code: Code) -> Page<Interview> {
    let about = Interview {
        code,
        source: c.code("S"),
        date: c.date(),
        place: c.maybe(Choices::words),
        place_precision: c.maybe(Choices::words),
        interviewer: c.maybe(Choices::words),
        language: c.words(),
        interpreter: c.maybe(Choices::words),
        present: c.many(Choices::words),
        duration: c.maybe(|c| Moment(c.below(9_999_999))),
    };
    Page { about, text: c.text() }
}

fn document(c: &mut Choices, code: Code) -> Page<Document> {
    let about = Document {
        code,
        source: c.code("S"),
        title: c.maybe(Choices::words),
        date: c.maybe(Choices::date),
        language: c.maybe(Choices::words),
        translation_of: c.maybe(|c| c.code("I")),
        translator: c.maybe(Choices::words),
        pages: c.maybe(|c| 1 + c.below(99) as u32),
        duration: c.maybe(|c| Moment(c.below(9_999_999))),
        sheet: c.many(|c| Sheet { name: c.words(), columns: 7, rows: 1 + c.below(99) as u32 }),
    };
    Page { about, text: c.text() }
}

fn statement(c: &mut Choices, code: Code, items: &[(Code, Text)]) -> Statement {
    let item = c.maybe(|c| c.of(items));
    let at = item.as_ref().and_then(|_| {
        c.maybe(|c| {
            c.of(&["¶1", "p.3", "¶1:0-2", "t=00:00:01-00:00:09", "'a b'!A1:B2", "p.1 [1,2,3,4]"])
                .parse::<Locator>()
                .unwrap()
        })
    });
    Statement {
        code,
        source: c.code("S"),
        made_in: item.as_ref().filter(|_| at.is_some()).map(|(_, text)| text.digest()),
        item: item.map(|(code, _)| code),
        quote: at.as_ref().and_then(|_| c.maybe(Choices::words)),
        at,
        basis: c.of(&Basis::ALL).1,
        relays: c.many(|c| c.code("S")),
        text: c.words(),
        entity: c.maybe(|c| c.code("E")),
        property: c.maybe(Choices::words),
        value: c.maybe(Choices::words),
        date: c.maybe(Choices::date),
        place: c.maybe(|c| c.code("E")),
        sensitivity: c.maybe(Choices::words),
        retracted: c.maybe(Choices::words),
        credibility: c.maybe(|c| Credibility { grade: 1 + c.below(6) as u8, reason: c.words() }),
    }
}

fn finding(c: &mut Choices, code: Code) -> Page<Finding> {
    let about = Finding {
        code,
        standard: c.words(),
        author: c.maybe(Choices::words),
        runs: c.many(Choices::words),
        missing: c.many(Choices::words),
        reason_for_origins: c.maybe(Choices::words),
        conclusion: c.maybe(|c| Conclusion {
            sort: c.of(&ConclusionSort::ALL).1,
            sought: c.many(Choices::words),
            words: c.maybe(Choices::words),
            population: c.maybe(Choices::words),
            denominator: c.maybe(Choices::words),
            source: c.maybe(|c| c.code("S")),
            others: c.many(Choices::named),
        }),
        bears: c.many(|c| Bears {
            statement: c.code("T"),
            stance: c.of(&Stance::ALL).1,
            reason: c.maybe(Choices::words),
        }),
        answer: c.many(|c| Answer { statement: c.maybe(|c| c.code("T")), words: c.words() }),
    };
    Page { about, text: c.text() }
}

fn consent(c: &mut Choices) -> Consent {
    Consent {
        source: c.code("S"),
        date: c.date(),
        purposes: c.purposes(),
        explained: c.many(Choices::words),
        language: c.words(),
        interpreter: c.maybe(Choices::words),
        present: c.many(Choices::words),
        guardian: c.maybe(Choices::words),
        earlier_interviews: c.maybe(Choices::words),
        no_finer_than: c.many(Choices::named),
    }
}

fn request(c: &mut Choices, code: Code) -> Request {
    Request {
        code,
        addressee: c.words(),
        sent: c.day(),
        deadline: c.day(),
        channel: c.words(),
        questions: c.many(Choices::words),
        reminders: c.many(Choices::day),
        extension: c.many(|c| Extension { granted: c.day(), until: c.day(), reason: c.words() }),
        response: c.many(|c| Response {
            date: c.day(),
            answers: c.many(|c| 1 + c.below(4) as u32),
            partly: c.many(|c| 1 + c.below(4) as u32),
            declined: c.many(|c| 1 + c.below(4) as u32),
            text: c.words(),
            item: c.maybe(|c| c.code("D")),
        }),
    }
}

fn inquiry(c: &mut Choices) -> Inquiry {
    let interviews = coded(c, "I", interview);
    let documents = coded(c, "D", document);
    let texts = interviews.iter().map(|p| (p.about.code.clone(), p.text.clone()));
    let mut items: Vec<(Code, Text)> =
        texts.chain(documents.iter().map(|p| (p.about.code.clone(), p.text.clone()))).collect();
    items.push((Code("I-999".into()), Text::default()));
    Inquiry {
        sources: coded(c, "S", source),
        statements: coded(c, "T", |c, code| statement(c, code, &items)),
        entities: coded(c, "E", |c, code| Entity { code, sort: c.words(), label: c.words() }),
        findings: coded(c, "F", finding),
        requests: coded(c, "Q", request),
        positions: coded(c, "P", |c, code| Position {
            code,
            holder: c.words(),
            date: c.date(),
            attribution: c.words(),
            words: c.words(),
            where_said: c.maybe(Choices::words),
            findings: c.many(|c| c.code("F")),
        }),
        recommendations: coded(c, "N", |c, code| Recommendation {
            code,
            addressee: c.words(),
            date: c.day(),
            text: c.words(),
            follow_up: c.many(|c| FollowUp {
                date: c.date(),
                progress: c.maybe(|c| c.of(&Progress::ALL)),
                text: c.words(),
            }),
        }),
        corrections: c.many(|c| Correction {
            code: c.maybe(|c| c.code("C")),
            draft: c.maybe(|c| c.code("D")),
            holder: c.words(),
            received: c.maybe(Choices::day),
            paragraph: 1 + c.below(99) as u32,
            asked: c.words(),
            accepted: c.maybe(|c| c.below(2) == 0),
            reason: c.maybe(Choices::words),
            decided: c.maybe(Choices::day),
        }),
        ties: c.many(|c| Tie { one: c.code("S"), other: c.code("S"), way: c.of(&Way::ALL).1, reason: c.words() }),
        examined: c.many(|c| Examined {
            one: c.code("S"),
            other: c.code("S"),
            independent: c.below(2) == 0,
            reason: c.words(),
        }),
        consents: c.many(consent),
        withdrawals: c.many(|c| Withdrawal {
            source: c.code("S"),
            date: c.date(),
            extent: c.of(&[Extent::NoFurtherUse, Extent::Erase]),
            reason: c.words(),
        }),
        claims: c.many(|c| Claim {
            entity: c.code("E"),
            property: c.words(),
            status: c.of(&[ClaimStatus::Accepted, ClaimStatus::Contested, ClaimStatus::Open]),
            accepted: c.maybe(|c| c.code("T")),
            value: c.maybe(Choices::words),
            reason: c.words(),
        }),
        standards: c.maybe(|_| Verbatim { name: "two-witnesses".into(), text: TWO.into() }).into_iter().collect(),
        schemas: c.maybe(|_| Verbatim { name: "cells".into(), text: CELLS.into() }).into_iter().collect(),
        frameworks: c.maybe(|_| Verbatim { name: "small".into(), text: SMALL.into() }).into_iter().collect(),
        officials: c.maybe(|_| Verbatim { name: "cat-1".into(), text: "[texts]\n".into() }).into_iter().collect(),
        assessments: c.many(|c| Assessment {
            framework: c.words(),
            element: c.words(),
            finding: c.maybe(|c| c.code("F")),
            supports: c.maybe(|c| c.below(2) == 0),
            missing: c.maybe(Choices::words),
            reason: c.words(),
        }),
        conclusions: coded(c, "L", |c, code| Concluded {
            code: c.maybe(|_| code),
            framework: c.words(),
            article: c.words(),
            standard: c.maybe(Choices::words),
            wording: c.words(),
        }),
        medical: coded(c, "M", |c, code| Medical {
            code,
            source: c.code("S"),
            examined: c.day(),
            overall: c.maybe(|c| c.of(&Degree::ALL)),
            reason: c.words(),
            lesion: c.many(|c| Lesion { description: c.words(), alleged: c.words(), degree: c.of(&Degree::ALL) }),
        }),
        acts: c.maybe(acts).into_iter().collect(),
        interviews,
        documents,
    }
}

fn acts(c: &mut Choices) -> ActFile {
    let act = |c: &mut Choices| Act {
        kind: c.words(),
        about: c.maybe(Choices::words),
        by: c.words(),
        time: c.words(),
        compartment: c.words(),
        transaction: c.words(),
        says: c.words(),
        seal: c.words(),
    };
    let what = Acts { case: c.words(), act: c.many(act) };
    let text = printed(&what.table());
    ActFile { name: "another-case".into(), what, text }
}

proptest! {
    /// Whatever does not fit together in it, nothing of an inquiry is lost or changed by writing and reading.
    #[test]
    fn a_random_inquiry_is_written_and_read_without_loss(seed in any::<u64>()) {
        let inquiry = inquiry(&mut Choices(seed));
        let written = files(&inquiry);
        let reading = Reading::of(&written);
        prop_assert_eq!(&reading.inquiry, &inquiry);
        prop_assert_eq!(files(&reading.inquiry), written);
    }

    #[test]
    fn random_identities_are_written_and_read_without_loss(seed in any::<u64>()) {
        let mut c = Choices(seed);
        let sealed: Vec<Identity> = (0..1 + c.below(3))
            .map(|_| Identity { source: c.code("S"), names: c.many(Choices::words), detail: c.many(Choices::named) })
            .collect();
        let reading = Reading::of(&Files::from([("identities.toml".into(), identities(&sealed))]));
        prop_assert_eq!(reading.identities, Some(sealed));
    }

    /// Files of anything are read without panic, and what was read is written and read the same.
    #[test]
    fn any_files_are_read(bytes in any::<Vec<u8>>(), text in r"([a-zS0-9=\[\]{}+:,#¶ -]|\x22|\n){0,80}") {
        let names = ["sources/S-1.md", "interviews/I-1.md", "findings/F-1.md", "requests/Q-1.toml", "statements/a.toml",
            "statements.csv", "ties.toml", "consents.toml", "identities.toml", "entities/a.toml", "judgements.toml",
            "law.toml", "medical.toml", "frameworks/a.toml", "official/cat-1.toml", "acts/a.toml"];
        for content in [bytes, format!("---\n{text}\n---\n{text}").into_bytes(), text.into_bytes()] {
            let all: Files = names.iter().map(|name| (name.to_string(), content.clone())).collect();
            let inquiry = Reading::of(&all).inquiry;
            let written = files(&inquiry);
            prop_assert_eq!(Reading::of(&written).inquiry, inquiry);
        }
    }
}

/// The blocks of the page on authoring that name a file make a folder without a fault.
#[test]
fn the_page_on_authoring_shows_what_is_read() {
    let page = include_str!("../../../../../docs/authoring.md");
    let mut shown = Files::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(""), Some(_)) => {
                let (name, text) = open.take().unwrap();
                if !name.is_empty() {
                    shown.insert(name, text.into_bytes());
                }
            }
            (Some(info), None) => {
                let name = info.split_once(' ').map_or("", |(_, name)| name);
                open = Some((name.into(), String::new()));
            }
            (_, Some((_, text))) => *text += &format!("{line}\n"),
            (_, None) => {}
        }
    }
    assert!(shown.len() >= 12, "{:?}", shown.keys());
    let reading = Reading::of(&shown);
    let lines: Vec<String> =
        reading.faults.iter().filter(|f| f.severity == Severity::Error).map(|f| f.line(true)).collect();
    assert_eq!(lines, [""; 0]);
    let again = Reading::of(&files(&reading.inquiry));
    assert_eq!(again.inquiry, reading.inquiry);
}
