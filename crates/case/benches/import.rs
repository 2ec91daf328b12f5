//! How long does it take to read 100,000 rows into entities and links, to write them, and to take them into a sealed case?
//!
//! `cargo bench -p factum-case --bench import -- [ROWS]`; 100,000 unless told otherwise. The rows are made here, all of them
//! invented: each tells of a person, an act and the link between them, with dates in three ways of writing.

use factum_case::custody::folder::{Case, Opening};
use factum_case::custody::founding::WORKING;
use factum_case::facts::accounts::Accounts;
use factum_case::facts::entities::{Files, Format};
use factum_case::facts::words::{Sort, Source};
use factum_case::facts::{Book, Fact, contradictions};
use factum_case::schema::import::{self, File, Mapping};
use factum_case::schema::{Schema, export};
use factum_case::vault::card::Name;
use factum_case::vault::identity::Identity;
use std::fmt::Write;
use std::time::Instant;

/// How the rows are read.
const MAPPING: &str = "version = 1
[[table]]
file = \"rows.csv\"
date_order = \"dmy\"
[[table.entity]]
name = \"person\"
kind = \"person\"
key = \"No\"
[table.entity.columns]
Name = \"name\"
Alias = { property = \"other_name\", split = \";\" }
Born = \"birth_date\"
Sex = \"sex\"
Job = \"occupation\"
[[table.entity]]
kind = \"act\"
[table.entity.columns]
Act = \"type\"
When = \"start\"
Where = \"place\"
How = { property = \"method\", split = \";\" }
[table.entity.links]
victim = \"person\"
";

fn main() {
    let rows: usize = std::env::args().find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let table = made(rows);
    let schema = Schema::standard();
    let (mapping, faults) = Mapping::parse(MAPPING, "mapping.toml", &schema);
    assert!(faults.is_empty(), "the mapping of the measurement has faults");
    println!("{rows} rows, {:.1} MB", table.len() as f64 / 1e6);
    let read = timed("read as a table", || {
        import::table(&[File { name: "rows.csv", bytes: table.as_bytes() }], &mapping, &schema)
    });
    let (entities, links) = (&read.entities, &read.links);
    let values: usize = entities.iter().map(|e| e.properties.len()).sum();
    println!("  {} entities, {values} values, {} links", entities.len(), links.len());
    let bytes = timed("written as JSON", || export::json(entities, links, &schema));
    let again = timed("read as JSON", || import::json(&File { name: "x.json", bytes: &bytes }, &schema));
    assert!(again.entities == *entities && again.links == *links, "JSON did not come back");
    let written = timed("written as FollowTheMoney", || export::ftm(entities, links, &schema));
    for file in &written.files {
        let back =
            timed("read as FollowTheMoney", || import::ftm(&File { name: &file.name, bytes: &file.bytes }, &schema));
        assert!(back.links.len() == links.len(), "links did not come back");
    }
    timed("written as tables", || export::csv(entities, links, &schema));
    into_a_case(table, &schema);
}

/// From a file to acknowledged entities of a case, and to everything that is said of them.
fn into_a_case(table: String, schema: &Schema) {
    let folder = tempfile::tempdir().expect("a folder to measure in");
    let name = Name::new("Ada").expect("a name");
    let ada = Identity::generate(name, "2026-01-01T00:00:00Z").expect("an identity");
    let mut case = Case::found(folder.path(), "T", ada, Opening::default()).expect("a case");
    let source = Source {
        source: case.new_thing(WORKING).expect("a number"),
        code: "S-001".into(),
        sort: Sort::List,
        description: "a list".into(),
        organization: None,
        reliability: None,
        child: false,
    };
    let number = source.source;
    case.say_facts("source", "a list", &[Fact::Source(source)]).expect("a source");
    let mapping = Some(("mapping.toml".to_string(), MAPPING.to_string()));
    let files = Files { files: vec![("rows.csv".into(), table.into_bytes())], mapping, format: Format::Table };
    let taken = timed("from the file into the case, end to end", || {
        let read = files.read(schema);
        case.take_entities(&files, &read, schema, number, WORKING).expect("the rows are taken in")
    });
    println!("  {} entities, {} entries in the log", taken.new, case.ledger().size());
    let book = timed("the book read again", || Book::read(&case).expect("a book"));
    let accounts = timed("all accounts read again", || Accounts::read(&case, &book, schema).expect("accounts"));
    println!("  {} accounts", accounts.all.len());
    timed("what cannot be true", || contradictions::find(&book, &accounts));
    let again = timed("the same file again", || {
        let read = files.read(schema);
        case.take_entities(&files, &read, schema, number, WORKING).expect("nothing is taken in twice")
    });
    assert!(again.receipt.is_none(), "what was there was written again");
}

fn timed<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = act();
    println!("{what}: {:.2} s", begun.elapsed().as_secs_f64());
    result
}

/// Rows whose values follow from their number.
fn made(rows: usize) -> String {
    let names = ["Ana", "Ivo", "Мира", "Sarn", "Teo", "Лада"];
    let acts = ["torture", "arrest", "020101000000", "eviction"];
    let mut table = String::from("No,Name,Alias,Born,Sex,Job,Act,When,Where,How\n");
    for n in 0..rows {
        let name = |shift: usize| names.get((n / 7 + shift) % names.len()).copied().unwrap_or_default();
        let born = 1930 + n % 70;
        let born =
            if n % 3 == 0 { format!("about {born}") } else { format!("{:02}/{:02}/{born}", 1 + n % 28, 1 + n % 12) };
        let sex = if n % 2 == 0 { "female" } else { "male" };
        let act = acts.get(n % acts.len()).copied().unwrap_or_default();
        let _ = writeln!(
            table,
            "{n},{} {}-{n},{};{},{born},{sex},miller,{act},2017-{:02},\"Mirna, house {n}\",beating;electric shock",
            name(0),
            name(1),
            name(2),
            name(3),
            1 + n % 12
        );
    }
    table
}
