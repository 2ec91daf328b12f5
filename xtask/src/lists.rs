//! Writes lists of any size whose truth is known.

use factum_testkit::population::{Options, Population, Row, Truth};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

const COLUMNS: [&str; 11] = [
    "record",
    "list",
    "given_name",
    "father_name",
    "family_name",
    "sex",
    "birth",
    "event_date",
    "place",
    "region",
    "person",
];

/// What is to be made, and where it goes.
#[derive(Debug, PartialEq)]
struct Job {
    options: Options,
    out: PathBuf,
    truth: Option<PathBuf>,
}

pub fn write(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let job = read(arguments)?;
    let population = Population::new(job.options)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let records = write_rows(&population, std::fs::File::create(&job.out)?)?;
    let truth = population.truth();
    println!("{records} records of {} people; {} people in all", truth.listed, truth.people);
    if let Some(path) = &job.truth {
        write_truth(&truth, std::fs::File::create(path)?)?;
    }
    Ok(())
}

/// The records as a table, as they come; how many there were.
fn write_rows(population: &Population, out: impl Write) -> Result<u64, Box<dyn Error>> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    let mut records = 0;
    for row in population.rows() {
        records += 1;
        let Row { list, number, person, given, father, family, sex, birth, event_date, place, region } = &row;
        let (list, person) = ((list + 1).to_string(), person.to_string());
        let record = format!("{list}-{number}");
        writer
            .write_record([&record, &list, given, father, family, *sex, birth, event_date, place, region, &person])?;
    }
    writer.flush()?;
    Ok(records)
}

/// Counts by name; a history is written as a digit a list, 1 where the list recorded the people.
fn write_truth(truth: &Truth, out: impl Write) -> Result<(), Box<dyn Error>> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["what", "count"])?;
    let mut line = |what: String, count: u64| writer.write_record([what, count.to_string()]);
    line("people".into(), truth.people)?;
    line("people listed".into(), truth.listed)?;
    line("people listed with a sibling listed".into(), truth.with_sibling)?;
    line("pairs of records of one person".into(), truth.pairs)?;
    for (list, records) in truth.records.iter().enumerate() {
        line(format!("records of list {}", list + 1), *records)?;
    }
    for (history, people) in truth.histories.iter().enumerate() {
        let digits: String =
            (0..truth.records.len()).map(|list| if history >> list & 1 == 1 { '1' } else { '0' }).collect();
        line(format!("history {digits}"), *people)?;
    }
    writer.flush()?;
    Ok(())
}

fn read(arguments: &[String]) -> Result<Job, String> {
    let mut job = Job { options: Options::default(), out: PathBuf::new(), truth: None };
    let mut positional = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if !argument.starts_with("--") {
            positional.push(argument);
            continue;
        }
        let value = rest.next().ok_or(format!("{argument} wants a value"))?;
        let options = &mut job.options;
        match argument.as_str() {
            "--siblings" => options.siblings = number(argument, value)?,
            "--lists" => options.lists = number(argument, value)?,
            "--deduplicated" => {
                let list: usize = number(argument, value)?;
                options.deduplicated = Some(list.checked_sub(1).ok_or("--deduplicated counts the lists from 1")?);
            }
            "--duplicates" => options.duplicates = number(argument, value)?,
            "--errors" => options.errors = number(argument, value)?,
            "--truth" => job.truth = Some(value.into()),
            _ => return Err(format!("there is no option {argument}\n{}", crate::USAGE)),
        }
    }
    let [records, seed, out] = positional[..] else { return Err(crate::USAGE.into()) };
    (job.options.records, job.options.seed) = (number("N", &records.replace('_', ""))?, number("SEED", seed)?);
    job.out = out.into();
    Ok(job)
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name} wants a number, not {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Job, &str>) {
        let arguments: Vec<String> = line.split_whitespace().map(String::from).collect();
        match (read(&arguments), expected) {
            (Err(error), Err(expected)) => assert!(error.starts_with(expected), "{line}: {error}"),
            (job, expected) => assert_eq!(job, expected.map_err(String::from), "{line}"),
        }
    }

    #[test]
    fn tables_say_what_the_population_says() {
        let population = Population::new(Options { records: 300, lists: 2, ..Options::default() }).unwrap();
        let (mut rows, mut truth) = (Vec::new(), Vec::new());
        let records = write_rows(&population, &mut rows).unwrap();
        write_truth(&population.truth(), &mut truth).unwrap();
        let mut reader = csv::Reader::from_reader(&rows[..]);
        assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(COLUMNS.to_vec()));
        let read: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read.len() as u64, records);
        assert!(read.iter().all(|row| row[0].starts_with(&format!("{}-", &row[1]))));
        let truth = String::from_utf8(truth).unwrap();
        let first = read.iter().filter(|row| &row[1] == "1").count();
        assert!(truth.contains(&format!("records of list 1,{first}\n")), "{truth}");
        assert!(truth.contains("history 00,") && truth.contains("history 10,"));
    }

    #[test]
    fn arguments_are_read() {
        let options = Options { records: 100_000, seed: 3, siblings: 0.3, deduplicated: Some(1), ..Options::default() };
        check(
            "100_000 3 out.csv --siblings 0.3 --deduplicated 2 --truth t.csv",
            Ok(Job { options, out: "out.csv".into(), truth: Some("t.csv".into()) }),
        );
        check("100 3", Err("usage"));
        check("100 x out.csv", Err("SEED wants a number"));
        check("100 3 out.csv --errors", Err("--errors wants a value"));
        check("100 3 out.csv --deduplicated 0", Err("--deduplicated counts"));
        check("100 3 out.csv --error 1", Err("there is no option --error"));
    }
}
