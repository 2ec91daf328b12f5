//! How long does a question take in a case of a million passages, word by word and script by script?
//!
//! `cargo bench -p factum-case --bench search -- [PASSAGES]`; 1,000,000 unless told otherwise. Each passage is a statement of an
//! inquiry, sealed and acknowledged like any other, in one of five ways of writing; its words are invented, and as frequent as
//! those of a language are (Zipf): the commonest stands in most passages, most stand in a few. The temporary folder is the
//! system's, `TMPDIR` moves it.

use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::custody::ids::RecordId;
use factum_case::custody::search::search;
use factum_case::custody::writer::Change;
use factum_case::facts::Fact;
use factum_case::facts::words::{Basis, Statement};
use factum_vault::card::Name;
use factum_vault::identity::Identity;
use std::time::Instant;

/// As many statements as one transaction brings.
const STEP: usize = 20_000;

/// Words of a passage.
const LENGTH: usize = 40;

/// Different words of each way of writing.
const WORDS: usize = 30_000;

/// Each question is asked so often; what counts is every single time.
const TIMES: usize = 7;

/// As many as `factum search` shows.
const SHOWN: usize = 50;

fn main() {
    let passages: usize = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("case");
    let me = Identity::generate(Name::new("Ada").expect("a name"), "2026-01-01T00:00:00Z").expect("randomness");
    let again = Identity::parse(&me.expose()).expect("an identity");
    let mut case = Case::found(&path, "Searched", me, Opening::default()).expect("a case");
    let scripts = Script::all();
    let mut chance = Chance(1);
    let begun = Instant::now();
    for from in (0..passages).step_by(STEP) {
        let mut change = Change::new("statement", "statements");
        for number in from..passages.min(from + STEP) {
            change.say(WORKING, &statement(number, &scripts, &mut chance)).expect("a statement");
        }
        case.tell(change).expect("acknowledged");
    }
    println!("{passages} passages of {LENGTH} words written in {:.0} s", begun.elapsed().as_secs_f64());
    drop(case);
    let begun = Instant::now();
    let case = Case::open(&path, again, Opening::default()).expect("a case");
    println!("opened in {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    ask(&case, &scripts);
}

/// Asks everything of every script, and tells how long it took at worst and nearly at worst.
fn ask(case: &Case, scripts: &[Script]) {
    let (mut all, mut on_processor) = (Vec::new(), Vec::new());
    let started = Instant::now();
    for script in scripts {
        for (what, words) in script.questions() {
            let mut times: Vec<f64> = Vec::new();
            let mut found = 0;
            let mut processor: Vec<f64> = Vec::new();
            for _ in 0..TIMES {
                let (begun, before) = (Instant::now(), used(started));
                found = search(case, &words, None, SHOWN).expect("an answer").len();
                times.push(begun.elapsed().as_secs_f64() * 1e3);
                processor.push(used(started) - before);
            }
            times.sort_by(f64::total_cmp);
            processor.sort_by(f64::total_cmp);
            let (median, worst) = (at(&times, 0.5), at(&times, 1.0));
            println!(
                "{:10} {what:28} {found:>3} shown  median {median:8.2} ms  worst {worst:8.2} ms  processor {:8.2} ms",
                script.name,
                at(&processor, 0.5)
            );
            all.extend(times);
            on_processor.extend(processor);
        }
    }
    for (what, mut times) in [("on the clock", all), ("on the processor", on_processor)] {
        times.sort_by(f64::total_cmp);
        let (median, most, worst) = (at(&times, 0.5), at(&times, 0.95), at(&times, 1.0));
        println!(
            "{} questions {what}: median {median:.2} ms, 95th percentile {most:.2} ms, worst {worst:.2} ms",
            times.len()
        );
    }
}

/// The processor time of this thread in milliseconds, which others on the machine do not lengthen; wall time where it is not told.
fn used(begun: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| begun.elapsed().as_secs_f64() * 1e3, |ns| ns / 1e6)
}

/// The smallest of the sorted values below which this share lies.
fn at(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

fn statement(number: usize, scripts: &[Script], chance: &mut Chance) -> Fact {
    let script = &scripts[chance.below(scripts.len())];
    let words: Vec<&str> = (0..LENGTH).map(|_| script.word(chance)).collect();
    let id = std::array::from_fn(|_| chance.below(256) as u8);
    Fact::Statement(Box::new(Statement {
        statement: RecordId(id),
        code: format!("T-{number:07}"),
        source: RecordId([7; 16]),
        interview: None,
        document: None,
        passage: None,
        basis: Basis::FirstHand,
        relays: Vec::new(),
        text: words.join(if script.spaced { " " } else { "" }),
        entity: None,
        property: None,
        value: None,
        date: Some(format!("20{:02}", number % 26)),
        place: None,
        sensitivity: None,
    }))
}

/// A way of writing, with its invented words, the commonest first.
struct Script {
    name: &'static str,
    spaced: bool,
    words: Vec<String>,
    /// Up to each word, the share of all text that it and those before it make up.
    share: Vec<f64>,
}

impl Script {
    fn all() -> Vec<Self> {
        let of = |name, letters: &str, lengths: [usize; 2], spaced| {
            let letters: Vec<char> = letters.chars().collect();
            let mut chance = Chance(letters.len() as u64);
            let word = |_| {
                let length = lengths[0] + chance.below(lengths[1] - lengths[0] + 1);
                (0..length).map(|_| letters[chance.below(letters.len())]).collect()
            };
            let words: Vec<String> = (0..WORDS).map(word).collect();
            let weights = (1..=WORDS).map(|rank| 1.0 / rank as f64);
            let total: f64 = weights.clone().sum();
            let mut sum = 0.0;
            let share = weights.map(|weight| {
                sum += weight / total;
                sum
            });
            Self { name, spaced, words, share: share.collect() }
        };
        let han: String = (0..2_500).filter_map(|n| char::from_u32(0x4e00 + 7 * n)).collect();
        vec![
            of("Latin", "aeioumnrstlkbdvzpöüşç", [3, 9], true),
            of("Cyrillic", "аеиоумнрстлкбдвзпёй", [3, 9], true),
            of("Arabic", "ابتجحدرسشصعفقكلمنهوي", [3, 7], true),
            of("Uyghur", "ئابپتجخدرزسشغقكگلمنھوۇۆۈۋېىيە", [3, 8], true),
            of("Chinese", &han, [2, 3], false),
        ]
    }

    fn word(&self, chance: &mut Chance) -> &str {
        let share = chance.share();
        let at = self.share.partition_point(|sum| *sum < share).min(self.words.len() - 1);
        &self.words[at]
    }

    /// What is asked: a frequent word, a rare one, both, and names of two characters or beginnings of words.
    fn questions(&self) -> Vec<(&'static str, String)> {
        let word = |rank: usize| self.words[rank].clone();
        let start = |rank: usize, letters: usize| self.words[rank].chars().take(letters).collect::<String>();
        let mut all = vec![
            ("the commonest word", word(0)),
            ("the tenth", word(9)),
            ("the hundredth", word(99)),
            ("the thousandth", word(999)),
            ("one of the rarest", word(29_000)),
            ("the two commonest", format!("{} {}", word(0), word(1))),
            ("commonest and rare", format!("{} {}", word(0), word(20_000))),
            ("hundredth and thousandth", format!("{} {}", word(99), word(999))),
            ("five common words", (3..8).map(word).collect::<Vec<_>>().join(" ")),
            ("no such pair", format!("{} {}", word(20_001), word(20_002))),
        ];
        if self.spaced {
            all.push(("a beginning of two letters", format!("{}*", start(5, 2))));
            all.push(("a beginning of three", format!("{}*", start(50, 3))));
        } else {
            all.push(("two characters", start(2_000, 2)));
            all.push(("one character", start(3, 1)));
        }
        all
    }
}

/// Numbers that look random and are the same each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
