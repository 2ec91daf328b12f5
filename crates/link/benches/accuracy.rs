//! How close does the engine come where the truth is known, and are its probabilities true?
//!
//! `cargo bench -p factum-link --bench accuracy [-- SET…]`. Lists lie outside the project; each is measured where it is found and named where it is
//! not. The mapping of columns is all the engine is told; the column with the truth is read by the scoring only.

mod shared;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use factum_link::{Blocking, Linkage, Options, RecordSet, Rule, link};
use factum_model::{Age, Edtf, ListId, Name, Record, RecordId, Sex};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A set of lists with known truth: files (each a list unless a column says), columns and their features, truth.
struct Set {
    name: &'static str,
    files: &'static [&'static str],
    columns: &'static [(&'static str, &'static str)],
    truth: &'static str,
    wide: bool,
}

const RL: &[(&str, &str)] = &[
    ("fname_c1", "name.given"),
    ("fname_c2", "name.middle"),
    ("lname_c1", "name.family"),
    ("by", "birth.year"),
    ("bm", "birth.month"),
    ("bd", "birth.day"),
];
const FEBRL: &[(&str, &str)] = &[
    ("given_name", "name.given"),
    ("surname", "name.family"),
    ("date_of_birth", "birth"),
    ("suburb", "residence.place"),
    ("postcode", "residence.region"),
    ("address_1", "residence.address"),
];
const FEBRL_NUMBER: &[(&str, &str)] = &[
    ("given_name", "name.given"),
    ("surname", "name.family"),
    ("date_of_birth", "birth"),
    ("suburb", "residence.place"),
    ("postcode", "residence.region"),
    ("address_1", "residence.address"),
    ("soc_sec_id", "number"),
];
const POLICE: &[(&str, &str)] = &[
    ("record_id", "record"),
    ("name", "name"),
    ("age", "age"),
    ("sex", "sex"),
    ("race", "ethnicity"),
    ("date", "event.date"),
    ("city", "event.place"),
    ("state", "event.region"),
];
const SYNTH: &[(&str, &str)] = &[
    ("source", "list"),
    ("given_name", "name.given"),
    ("family_name", "name.family"),
    ("sex", "sex"),
    ("dob", "birth"),
    ("municipality", "event.place"),
    ("district", "event.region"),
    ("event_date", "event.date"),
];
const FAKE: &[(&str, &str)] = &[
    ("first_name", "name.given"),
    ("surname", "name.family"),
    ("dob", "birth"),
    ("city", "residence.place"),
    ("email", "number"),
];

const SETS: &[Set] = &[
    Set { name: "RLdata500", files: &["RLdata500.csv"], columns: RL, truth: "cluster", wide: false },
    Set { name: "RLdata10000", files: &["RLdata10000.csv"], columns: RL, truth: "cluster", wide: false },
    Set { name: "fake_1000", files: &["fake_1000.csv"], columns: FAKE, truth: "cluster", wide: false },
    Set { name: "febrl1", files: &["febrl1.parquet"], columns: FEBRL, truth: "cluster", wide: false },
    Set { name: "febrl2", files: &["febrl2.parquet"], columns: FEBRL, truth: "cluster", wide: false },
    Set { name: "febrl3", files: &["febrl3.parquet"], columns: FEBRL, truth: "cluster", wide: false },
    Set { name: "febrl3+number", files: &["febrl3.parquet"], columns: FEBRL_NUMBER, truth: "cluster", wide: false },
    Set {
        name: "police",
        files: &["police_2015/mpv.csv", "police_2015/wapo.csv"],
        columns: POLICE,
        truth: "police_2015/truth_mpv_wapo_rows.csv",
        wide: false,
    },
    Set {
        name: "police4",
        files: &[
            "police_2015/mpv.csv",
            "police_2015/wapo.csv",
            "police_2015/guardian.csv",
            "police_2015/fatal_encounters.csv",
        ],
        columns: POLICE,
        truth: "police_2015/truth_mpv_wapo_rows.csv",
        wide: false,
    },
    Set { name: "synth10k", files: &["s10k.parquet"], columns: SYNTH, truth: "person_id", wide: false },
    Set { name: "synth100k", files: &["s100k.parquet"], columns: SYNTH, truth: "person_id", wide: false },
    Set { name: "synth100k+wide", files: &["s100k.parquet"], columns: SYNTH, truth: "person_id", wide: true },
    Set { name: "synth1m+wide", files: &["s1m.parquet"], columns: SYNTH, truth: "person_id", wide: true },
    Set { name: "synth1m", files: &["s1m.parquet"], columns: SYNTH, truth: "person_id", wide: false },
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let verbose = std::env::var("VERBOSE").is_ok();
    println!(
        "{:15} {:>7} {:>6} | {:>6} {:>6} {:>6} | {:>6} {:>6} {:>6} | {:>6} {:>6} {:>6} | {:>6} {:>6} {:>6} {:>6} | {:>6} {:>6}",
        "set",
        "records",
        "true",
        "F1",
        "P",
        "R",
        "pairF1",
        "best",
        "at",
        "Σp/tru",
        "slope",
        "in band",
        "predP",
        "pairP",
        "predR",
        "pairR",
        "thr",
        "s"
    );
    for set in SETS.iter().filter(|s| wanted.is_empty() || wanted.iter().any(|w| w == s.name)) {
        measure(set, verbose);
    }
}

/// Says when each stage begins.
struct Stages {
    from: Instant,
    verbose: bool,
}

impl factum_link::Progress for Stages {
    fn begin(&self, stage: &'static str, total: u64) {
        if self.verbose {
            println!("    {:>7.3} s {stage} {total}", self.from.elapsed().as_secs_f64());
        }
    }

    fn advance(&self, _: u64) {}
}

fn folder() -> Vec<PathBuf> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/link");
    let made = std::env::var("FACTUM_BENCH_LISTS").map(PathBuf::from);
    made.into_iter().chain([shared]).collect()
}

fn find(file: &str) -> Option<PathBuf> {
    folder().into_iter().map(|f| f.join(file)).find(|p| p.is_file())
}

fn measure(set: &Set, verbose: bool) {
    let Some(paths) = set.files.iter().map(|f| find(f)).collect::<Option<Vec<_>>>() else {
        println!("{:15} not measured: the lists are not there", set.name);
        return;
    };
    let mut records = RecordSet::default();
    let mut truth: Vec<Option<String>> = Vec::new();
    let separate: Option<HashMap<String, String>> = set.truth.ends_with(".csv").then(|| {
        let path = find(set.truth).expect("the truth lies beside the lists");
        csv::Reader::from_path(path).expect("readable").deserialize().map(Result::unwrap).collect()
    });
    for path in &paths {
        let table = read(path);
        add(&mut records, &table, set.columns, path);
        for row in 0..table.rows {
            truth.push(match &separate {
                Some(known) => known.get(table.value("record_id", row).unwrap_or_default()).cloned(),
                None => table.value(set.truth, row).map(String::from),
            });
        }
    }
    let rules = shared::WIDE.iter().map(|r| r.parse::<Rule>().expect("a rule")).collect();
    let blocking = if set.wide { Blocking::Rules(rules) } else { Blocking::Auto };
    let start = Instant::now();
    let stages = Stages { from: start, verbose };
    let linkage = link(&records, &Options { blocking, ..Options::default() }, &stages).expect("the lists link");
    report(set.name, &records, &truth, &linkage, start.elapsed().as_secs_f64(), verbose);
}

fn report(name: &str, set: &RecordSet, truth: &[Option<String>], linkage: &Linkage<'_>, seconds: f64, verbose: bool) {
    let mut codes: HashMap<&str, u32> = HashMap::new();
    let of: Vec<Option<u32>> = truth
        .iter()
        .map(|t| {
            t.as_deref().map(|t| {
                let next = codes.len() as u32;
                *codes.entry(t).or_insert(next)
            })
        })
        .collect();
    let true_pairs = pairs(of.iter().flatten().copied());
    let known = |a: u32, b: u32| Some(of[a as usize]? == of[b as usize]?);
    let put = pairs(linkage.persons.iter().zip(&of).filter(|(_, t)| t.is_some()).map(|(p, _)| *p));
    let both = pairs(linkage.persons.iter().zip(&of).filter_map(|(p, t)| t.map(|t| (*p, t))));
    let f1 = |tp: f64, made: f64| 2.0 * tp / (made + true_pairs as f64);
    let mut scored: Vec<(f64, bool)> =
        linkage.pairs.iter().filter_map(|p| Some((p.probability, known(p.a, p.b)?))).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let at = linkage.threshold.probability;
    let links = scored.iter().filter(|s| s.0 >= at).count();
    let hits = scored.iter().filter(|s| s.0 >= at && s.1).count();
    let (mut tp, mut best) = (0.0, (0.0, 1.0));
    for (k, s) in scored.iter().enumerate() {
        tp += f64::from(s.1);
        let f = f1(tp, (k + 1) as f64);
        if f > best.0 && scored.get(k + 1).is_none_or(|n| n.0 < s.0) {
            best = (f, s.0);
        }
    }
    let expected: f64 = scored.iter().map(|s| s.0).sum();
    let band: Vec<(f64, bool)> = scored.iter().copied().filter(|s| s.0 > 0.01 && s.0 < 0.99).collect();
    let slope = slope(&band);
    let t = &linkage.threshold;
    println!(
        "{name:15} {:>7} {:>6} | {:>6.4} {:>6.4} {:>6.4} | {:>6.4} {:>6.4} {:>6.4} | {:>6.3} {:>6.2} {:>6} | {:>6.4} {:>6.4} {:>6.4} {:>6.4} | {:>6.4} {:>6.2}",
        set.len(),
        true_pairs,
        f1(both as f64, put as f64),
        both as f64 / put.max(1) as f64,
        both as f64 / true_pairs as f64,
        f1(hits as f64, links as f64),
        best.0,
        best.1,
        expected / tp,
        slope,
        band.len(),
        t.expected_precision.unwrap_or(f64::NAN),
        hits as f64 / links.max(1) as f64,
        t.expected_recall.unwrap_or(f64::NAN),
        hits as f64 / true_pairs as f64,
        at,
        seconds
    );
    if verbose {
        if let Some(show) = std::env::var("SHOW").ok().and_then(|n| n.parse::<usize>().ok()) {
            errors(set, &of, linkage, show);
        }
        table(&scored);
        println!(
            "    {} rounds of EM, kin {:.2e}, event {:.2e}, recall {:?}",
            linkage.model.iterations,
            linkage.model.kin,
            linkage.model.event,
            linkage.recall.as_ref().map(|r| (r.share, r.missed))
        );
        println!(
            "    compared {} full {} {:?}",
            linkage.compared,
            linkage.model.fields[0].levels.iter().map(|l| l.pairs).sum::<u64>(),
            linkage.rules.iter().map(|r| (r.pairs, r.new)).collect::<Vec<_>>()
        );
        for warning in &linkage.warnings {
            println!("    warning: {warning}");
        }
        for field in &linkage.model.fields {
            println!("    {} trained {}", field.field.name(), field.trained);
            for level in &field.levels {
                println!(
                    "        {:18} m {:.5} u {:.7} w {:>6.2} pairs {}",
                    level.level, level.m, level.u, level.weight, level.pairs
                );
            }
        }
    }
}

/// Matches that were missed and links that are none, by their levels of agreement.
fn errors(set: &RecordSet, of: &[Option<u32>], linkage: &Linkage<'_>, show: usize) {
    let tell = |what: &str, a: u32, b: u32| {
        let pair = linkage.explain(a, b);
        let levels: Vec<String> = linkage
            .contributions(&pair)
            .iter()
            .filter_map(|(f, bits)| {
                Some(format!("{} {} {:.1}", f.name(), f.levels()[pair.pattern.level(*f) as usize], (*bits)?))
            })
            .collect();
        println!("    {what} {} {} p {:.4}: {}", set.id_of(a), set.id_of(b), pair.probability, levels.join("; "));
    };
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    of.iter().enumerate().for_each(|(r, t)| {
        if let Some(t) = t {
            members.entry(*t).or_default().push(r as u32)
        }
    });
    let mut missed: Vec<(u32, u32)> = Vec::new();
    for records in members.values() {
        for (k, &b) in records.iter().enumerate() {
            missed.extend(
                records[..k]
                    .iter()
                    .filter(|&&a| linkage.persons[a as usize] != linkage.persons[b as usize])
                    .map(|&a| (a, b)),
            );
        }
    }
    missed.sort_unstable();
    missed.iter().take(show).for_each(|&(a, b)| tell("missed", a, b));
    let wrong = linkage.pairs.iter().filter(|p| {
        linkage.persons[p.a as usize] == linkage.persons[p.b as usize] && of[p.a as usize] != of[p.b as usize]
    });
    wrong.take(show).for_each(|p| tell("wrong", p.a, p.b));
}

/// Reliability in twelve bins of equal doubt, `Σp(1-p)`, so that none is filled with pairs nobody doubts: pairs, expected
/// and true matches, and the 95 % limits of the share that is true (Wilson 1927).
fn table(scored: &[(f64, bool)]) {
    const BINS: f64 = 12.0;
    let doubt = |s: &(f64, bool)| s.0 * (1.0 - s.0);
    let all: f64 = scored.iter().map(doubt).sum();
    println!("    {:>17} {:>8} {:>9} {:>8} {:>7}  {:>15}", "p", "pairs", "expected", "true", "share", "95 % limits");
    let mut rest = scored.iter().rev().peekable();
    while let Some(first) = rest.peek() {
        let (from, mut to, mut n, mut expected, mut hits, mut filled) = (first.0, first.0, 0.0, 0.0, 0.0, 0.0);
        while let Some(s) = rest.next_if(|_| filled < all / BINS || n < 1.0) {
            (to, n, expected, hits) = (s.0, n + 1.0, expected + s.0, hits + f64::from(s.1));
            filled += doubt(s);
        }
        let (z2, share): (f64, f64) = (1.96 * 1.96, hits / n);
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = (z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
        println!(
            "    {from:>8.4}–{to:>8.4} {n:>8} {expected:>9.1} {hits:>8} {share:>7.4}  [{:.4}, {:.4}]",
            middle - half,
            middle + half
        );
    }
}

/// Slope of a logistic regression of the truth on the log-odds.
fn slope(band: &[(f64, bool)]) -> f64 {
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for &(p, y) in band {
            let x = (p / (1.0 - p)).ln();
            let q = 1.0 / (1.0 + (-(a + b * x)).exp());
            let (e, w) = (f64::from(y) - q, q * (1.0 - q));
            g0 += e;
            g1 += e * x;
            h00 += w;
            h01 += w * x;
            h11 += w * x * x;
        }
        let det = h00 * h11 - h01 * h01;
        if det.abs() < 1e-12 {
            return f64::NAN;
        }
        a += ((h11 * g0 - h01 * g1) / det).clamp(-1.0, 1.0);
        b += ((h00 * g1 - h01 * g0) / det).clamp(-1.0, 1.0);
    }
    b
}

fn pairs<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> u64 {
    let mut sizes: HashMap<K, u64> = HashMap::new();
    keys.for_each(|k| *sizes.entry(k).or_default() += 1);
    sizes.values().map(|n| n * (n - 1) / 2).sum()
}

/// A table of text.
struct Table {
    columns: HashMap<String, Vec<Option<String>>>,
    rows: usize,
}

impl Table {
    fn value(&self, column: &str, row: usize) -> Option<&str> {
        self.columns.get(column)?[row].as_deref()
    }
}

fn read(path: &Path) -> Table {
    let mut table = Table { columns: HashMap::new(), rows: 0 };
    if path.extension().is_some_and(|e| e == "parquet") {
        let file = File::open(path).expect("readable");
        for batch in ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("Parquet") {
            take(&mut table, &batch.expect("Parquet"));
        }
    } else {
        let mut reader = csv::Reader::from_path(path).expect("readable");
        let header: Vec<String> = reader.headers().expect("a header").iter().map(String::from).collect();
        for row in reader.records() {
            let row = row.expect("a row");
            for (name, value) in header.iter().zip(&row) {
                let value = value.trim();
                let value = (!value.is_empty() && value != "NA").then(|| value.to_string());
                table.columns.entry(name.clone()).or_default().push(value);
            }
            table.rows += 1;
        }
    }
    table
}

fn take(table: &mut Table, batch: &RecordBatch) {
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let text = arrow_cast::cast(column, &arrow_schema::DataType::Utf8).expect("text");
        let text = text.as_string::<i32>();
        let to = table.columns.entry(field.name().clone()).or_default();
        to.extend(
            (0..text.len())
                .map(|i| text.is_valid(i).then(|| text.value(i).trim().to_string()).filter(|v| !v.is_empty())),
        );
    }
    table.rows += batch.num_rows();
}

fn add(set: &mut RecordSet, table: &Table, columns: &[(&str, &str)], path: &Path) {
    let column = |feature: &str| columns.iter().find(|c| c.1 == feature).map(|c| c.0);
    let mut lists: HashMap<String, usize> = set.lists().enumerate().map(|(i, l)| (l.as_str().to_string(), i)).collect();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for row in 0..table.rows {
        let get = |feature: &str| column(feature).and_then(|c| table.value(c, row)).map(String::from);
        let list = get("list").unwrap_or_else(|| stem.clone());
        let at = match lists.get(&list) {
            Some(&at) => at,
            None => {
                let at = set.add_list(ListId::new(list.clone()), false);
                lists.insert(list, at);
                at
            }
        };
        let mut r = Record::new(RecordId::new(get("record").unwrap_or_else(|| row.to_string())), row as u32 + 2);
        let name = Name {
            full: get("name"),
            given: get("name.given"),
            middle: get("name.middle"),
            family: get("name.family"),
        };
        if !name.is_empty() {
            r.names.push(name);
        }
        r.birth = get("birth").and_then(|t| date(&t)).or_else(|| {
            let number = |f: &str| get(f).and_then(|t| t.parse::<f64>().ok()).map(|n| n as u32);
            let (year, month) = (number("birth.year")? as u16, number("birth.month").map(|m| m as u8));
            let day = number("birth.day").map(|d| d as u8);
            Edtf::date(year, month, day)
                .or_else(|| Edtf::date(year, month, None))
                .or_else(|| Edtf::date(year, None, None))
        });
        r.event_date = get("event.date").and_then(|t| date(&t));
        r.age = get("age").and_then(|t| t.parse::<f64>().ok()).map(|a| Age { low: a as u16, high: a as u16 });
        r.sex = get("sex").and_then(|s| match s.as_str() {
            "M" | "m" => Some(Sex::Male),
            "F" | "f" => Some(Sex::Female),
            _ => None,
        });
        r.event_place.place = get("event.place");
        r.event_place.region = get("event.region");
        r.residence.place = get("residence.place");
        r.residence.region = get("residence.region");
        r.address = get("residence.address");
        r.ethnicity = get("ethnicity");
        r.numbers.extend(get("number"));
        set.push(at, &r);
    }
}

/// A date written with or without hyphens.
fn date(text: &str) -> Option<Edtf> {
    let hyphened = (text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]));
    hyphened.as_deref().unwrap_or(text).parse().ok()
}
