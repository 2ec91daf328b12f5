//! The whole run, from lists to report.

use crate::inquiry::{Finished, Inquiry};
use crate::{demo, lists, settings::Settings, truth};
use factum_link::Options;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The example inquiry, read and linked once for all tests that only look at it.
pub(crate) struct Example {
    pub(crate) reading: &'static lists::Reading,
    pub(crate) linkage: &'static factum_link::Linkage<'static>,
    pub(crate) truth: &'static truth::Truth,
}

pub(crate) fn example() -> Example {
    static READ: OnceLock<(lists::Reading, truth::Truth)> = OnceLock::new();
    static LINKED: OnceLock<factum_link::Linkage<'static>> = OnceLock::new();
    let (reading, truth) = READ.get_or_init(|| demo::read().map(|(_, reading, truth)| (reading, truth)).unwrap());
    let linkage = LINKED.get_or_init(|| factum_link::link(&reading.records, &Options::default(), &()).unwrap());
    Example { reading, linkage, truth }
}

fn run_demo() -> Finished {
    let (settings, reading, truth) = demo::read().unwrap();
    let report_date = "2026-11-24".parse().unwrap();
    let inquiry = Inquiry {
        settings: &settings,
        reading: &reading,
        options: Options::default(),
        report_date,
        truth: Some(truth),
        first_run: 1,
    };
    inquiry.run(&()).unwrap()
}

#[test]
fn the_demo_comes_close_to_its_truth() {
    let results = run_demo().results;
    let truth = results.truth.clone().unwrap();
    assert!(truth.f1 > 0.98, "F1 {}", truth.f1);
    let off = results.linkage.persons.abs_diff(truth.persons) as f64 / truth.persons as f64;
    assert!(off < 0.01, "{} persons found, {} true", results.linkage.persons, truth.persons);
    let main = results.main_estimate().unwrap();
    assert!(truth.intervals_that_hold.contains(&main.estimate.model.to_string()), "{truth:?}");
    // The generator makes the families' list and the legal-aid group depend on each other; the model must find that.
    assert!(main.run.parameters["chosen model"].contains("23"), "{:?}", main.run.parameters);
}

#[test]
fn same_inputs_give_the_same_bytes_with_any_number_of_threads() {
    let runs = [1, 2, 8].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(run_demo).files
    });
    for (one, other) in runs[0].iter().zip(runs[1].iter()).chain(runs[1].iter().zip(runs[2].iter())) {
        assert!(one == other, "{} differs", one.0);
    }
    assert_eq!(runs[0].len(), 10);
}

#[test]
fn the_report_names_nobody() {
    let finished = run_demo();
    let html = finished.files.iter().find(|(name, _)| name == "report.html").map(|(_, bytes)| bytes.clone()).unwrap();
    let html = String::from_utf8(html).unwrap();
    let registry = std::str::from_utf8(demo::LISTS[0].1).unwrap();
    let names: Vec<&str> = registry.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
    assert!(names.len() > 1000 && names.iter().all(|name| !html.contains(name)));
}

#[test]
fn two_lists_without_overlap_are_refused_in_words() {
    let (settings, _) = Settings::parse("[columns]\nname = 'name'\nborn = 'birth'\n", "s.toml");
    let mut reading = lists::Reading::default();
    for (file, rows) in [
        ("a.csv", "Ana Mirel,1970-02-03\nDoru Vass,1951-04-05\n"),
        ("b.csv", "Petra Ilin,1988-11-12\nJon Esk,1991-01-09\n"),
    ] {
        let list = settings.for_file(std::path::Path::new(file)).unwrap();
        lists::read_bytes(format!("name,born\n{rows}").as_bytes(), file, &list, &mut reading);
    }
    let report_date = "2026-11-24".parse().unwrap();
    let inquiry = Inquiry {
        settings: &settings,
        reading: &reading,
        options: Options::default(),
        report_date,
        truth: None,
        first_run: 1,
    };
    let finished = inquiry.run(&()).unwrap();
    assert!(finished.results.estimates.is_empty());
    assert!(
        finished.results.refused.iter().all(|r| r.reason.contains("no person is on two lists")),
        "{:?}",
        finished.results.refused
    );
    let html = finished.files.iter().find(|(name, _)| name == "report.html").unwrap();
    assert!(String::from_utf8_lossy(&html.1).contains("cannot be said"));
}

/// Four public lists of people killed by police in the United States in 2015, linked and scored on the pairs of Mapping
/// Police Violence and the Washington Post. The lists are not part of the project; without them the test is skipped and
/// says so.
#[test]
fn the_police_lists_of_2015_are_linked_almost_without_error() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/link/police_2015");
    if !folder.is_dir() {
        // Written past the test runner's capture, so that everyone sees it.
        let _ = writeln!(std::io::stderr(), "1 test skipped: the police lists of 2015 are not there");
        return;
    }
    let (settings, _) = Settings::parse(
        "[columns]\nrecord_id = 'record'\nname = 'name'\nage = 'age'\nsex = 'sex'\nrace = 'ethnicity'\ndate = 'event.date'\n\
         city = 'event.place'\nstate = 'event.region'\n",
        "s.toml",
    );
    let files = ["mpv", "wapo", "guardian", "fatal_encounters"].map(|name| folder.join(format!("{name}.csv")));
    let reading = lists::read(&files, &settings, &folder);
    assert!(!reading.faults.has_errors(), "{:?}", reading.faults.lines(9, false));
    let linkage = factum_link::link(&reading.records, &Options::default(), &()).unwrap();
    let mut rows = csv::Reader::from_path(folder.join("truth_mpv_wapo_rows.csv")).unwrap();
    let truth: HashMap<String, String> = rows.deserialize().map(Result::unwrap).collect();
    let of: Vec<Option<&String>> =
        (0..reading.records.len() as u32).map(|r| truth.get(reading.records.id_of(r).as_str())).collect();
    let (precision, recall, f1) = truth::pair_scores(&linkage.persons, &of);
    let _ = writeln!(std::io::stderr(), "police 2015: precision {precision:.4}, recall {recall:.4}, F1 {f1:.4}");
    assert!(f1 >= 0.99, "F1 {f1}");
}
