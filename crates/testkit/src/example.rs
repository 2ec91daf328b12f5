//! The example inquiry: who disappeared in the Three Valleys of Velmora?
//!
//! Velmora, its valleys, people and institutions are invented. Some 2,900 people disappeared there in 2019; four lists of
//! different kinds recorded about 2,000 of them, in two scripts, with the errors that real lists have. The association of
//! families and the legal-aid group know of one another, so their lists depend on each other; the remote valley is recorded
//! less by all.

use crate::language::{self, FAMILIES, MEN, PLACES, WOMEN};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// People who disappeared.
pub const POPULATION: usize = 2_900;

/// The seed of the committed example.
pub const SEED: u64 = 20_190_311;

/// The lists, in the order of the settings: name and chance of recording an average person.
const LISTS: [(&str, f64); 4] = [("registry", 0.36), ("legal-aid", 0.27), ("families", 0.26), ("press", 0.20)];

/// The example's files by name.
pub type Files = Vec<(&'static str, Vec<u8>)>;

struct Place {
    name: String,
    region: String,
}

struct Person {
    woman: bool,
    given: String,
    father: String,
    family: String,
    born: (u16, u8, u8),
    day: (u16, u8, u8),
    place: usize,
    occupation: &'static str,
    number: u32,
}

const OCCUPATIONS: [&str; 8] = ["farmer", "teacher", "driver", "student", "miner", "nurse", "trader", "carpenter"];

/// One row of a list before it is written in the list's own way.
struct Row {
    person: usize,
    /// How often the person has been written to this list before.
    copy: usize,
}

struct Country {
    places: Vec<Place>,
    people: Vec<Person>,
}

/// Makes the example.
pub fn generate(seed: u64) -> Result<Files, XlsxError> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let country = Country::new(&mut rng);
    let rows = record(&country, &mut rng);
    let registry = registry(&country, &rows[0], &mut rng);
    let legal_aid = legal_aid(&country, &rows[1], &mut rng);
    let families = families(&country, &rows[2], &mut rng);
    let press = press(&country, &rows[3], &mut rng)?;
    Ok(vec![
        ("registry.csv", registry),
        ("legal-aid.csv", legal_aid),
        ("families.tsv", families),
        ("press.xlsx", press),
        ("truth.csv", truth(&rows)),
    ])
}

impl Country {
    fn new(rng: &mut ChaCha12Rng) -> Self {
        let regions = ["Upper Valley", "Middle Valley", "Far Valley"];
        let places: Vec<Place> = language::words(36, PLACES, rng)
            .into_iter()
            .enumerate()
            .map(|(i, name)| Place { name, region: regions[i % 3].to_string() })
            .collect();
        let (men, women) = (language::words(90, MEN, rng), language::words(90, WOMEN, rng));
        let families = language::words(420, FAMILIES, rng);
        let people = (0..POPULATION)
            .map(|i| {
                let woman = rng.random::<f64>() < 0.22;
                let age = (18.0 + 50.0 * rng.random::<f64>().powf(1.6)) as u16;
                Person {
                    woman,
                    given: pick(if woman { &women } else { &men }, rng),
                    father: pick(&men, rng),
                    family: pick(&families, rng),
                    born: (2019 - age, rng.random_range(1..=12), rng.random_range(1..=28)),
                    day: (2019, rng.random_range(3..=11), rng.random_range(1..=28)),
                    place: skewed(places.len(), rng),
                    occupation: OCCUPATIONS[rng.random_range(0..OCCUPATIONS.len())],
                    number: 400_000 + 97 * i as u32,
                }
            })
            .collect();
        Self { places, people }
    }
}

/// A position below `n`, low ones more often: names and places are unevenly common.
fn skewed(n: usize, rng: &mut ChaCha12Rng) -> usize {
    ((rng.random::<f64>().powf(1.7)) * n as f64) as usize
}

fn pick(words: &[String], rng: &mut ChaCha12Rng) -> String {
    words[skewed(words.len(), rng)].clone()
}

/// Decides who is recorded by which list, and how often.
fn record(country: &Country, rng: &mut ChaCha12Rng) -> [Vec<Row>; 4] {
    let mut rows: [Vec<Row>; 4] = Default::default();
    for (person, p) in country.people.iter().enumerate() {
        let remote = country.places[p.place].region == "Far Valley";
        let mut with_families = false;
        // The families' list is drawn first: who is on it is likelier to reach the legal-aid group.
        for at in [2, 0, 1, 3] {
            let (name, reach) = LISTS[at];
            let mut odds = reach / (1.0 - reach);
            odds *= if remote { 0.7 } else { 1.1 };
            odds *= if name == "legal-aid" && with_families { 2.2 } else { 1.0 };
            if rng.random::<f64>() < odds / (1.0 + odds) {
                with_families |= name == "families";
                rows[at].push(Row { person, copy: 0 });
                if rng.random::<f64>() < [0.01, 0.04, 0.05, 0.12][at] {
                    rows[at].push(Row { person, copy: 1 });
                }
            }
        }
    }
    for list in &mut rows {
        for i in (1..list.len()).rev() {
            list.swap(i, rng.random_range(0..=i));
        }
    }
    rows
}

/// Who is who: list, record identifier, person.
fn truth(rows: &[Vec<Row>; 4]) -> Vec<u8> {
    let mut table = vec![["list", "record", "person"].map(String::from).to_vec()];
    for (at, list) in rows.iter().enumerate() {
        for (i, row) in list.iter().enumerate() {
            table.push(vec![LISTS[at].0.into(), identifier(at, i), row.person.to_string()]);
        }
    }
    csv(&table, b',')
}

fn identifier(list: usize, row: usize) -> String {
    format!("{}{:04}", ["REG-", "LA", "F", "P-"][list], row + 1)
}

fn csv(table: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in table {
        writer.write_record(row).expect("memory takes every row");
    }
    writer.into_inner().expect("memory can be flushed")
}

fn chance(p: f64, rng: &mut ChaCha12Rng) -> bool {
    rng.random::<f64>() < p
}

fn iso((y, m, d): (u16, u8, u8)) -> String {
    format!("{y}-{m:02}-{d:02}")
}

/// The date as far as a source knows it: in full, the month, or the year.
fn partial(date: (u16, u8, u8), full: f64, month: f64, rng: &mut ChaCha12Rng) -> String {
    match rng.random::<f64>() {
        x if x < full => iso(date),
        x if x < full + month => format!("{}-{:02}", date.0, date.1),
        _ => date.0.to_string(),
    }
}

/// A day or two off, now and then.
fn misdated((y, m, d): (u16, u8, u8), p: f64, rng: &mut ChaCha12Rng) -> (u16, u8, u8) {
    if chance(p, rng) { (y, m, (d + rng.random_range(1..=3)).min(28)) } else { (y, m, d) }
}

fn patronymic(person: &Person) -> String {
    format!("{}{}", person.father, if person.woman { "eva" } else { "ev" })
}

/// A name with, sometimes, a typing error.
fn typed(word: String, p: f64, rng: &mut ChaCha12Rng) -> String {
    if chance(p, rng) { language::slip(&word, rng) } else { word }
}

/// The civil registry: native script, names in parts, dates in full, identity numbers; duplicates are rare.
fn registry(country: &Country, rows: &[Row], rng: &mut ChaCha12Rng) -> Vec<u8> {
    let header = [
        "№",
        "Фамилия",
        "Имя",
        "Отчество",
        "Пол",
        "Дата рождения",
        "Дата исчезновения",
        "Место",
        "Район",
        "Номер удостоверения",
    ];
    let mut table = vec![header.map(String::from).to_vec()];
    for (i, row) in rows.iter().enumerate() {
        let p = &country.people[row.person];
        let place = &country.places[p.place];
        let mut born = p.born;
        if chance(0.03, rng) && born.2 <= 12 {
            (born.1, born.2) = (born.2, born.1);
        }
        let number = if chance(0.7, rng) && row.copy == 0 { p.number.to_string() } else { String::new() };
        table.push(vec![
            identifier(0, i),
            typed(language::native(&p.family), 0.05, rng),
            typed(language::native(&p.given), 0.04, rng),
            if chance(0.9, rng) { language::native(&patronymic(p)) } else { String::new() },
            if p.woman { "Ж" } else { "М" }.into(),
            if chance(0.93, rng) { iso(born) } else { partial(born, 0.0, 0.3, rng) },
            if chance(0.9, rng) { iso(misdated(p.day, 0.05, rng)) } else { partial(p.day, 0.0, 0.8, rng) },
            language::native(&place.name),
            place.region.clone(),
            number,
        ]);
    }
    csv(&table, b',')
}

/// The legal-aid group: official romanisation, ages, dates with the day first, semicolons.
fn legal_aid(country: &Country, rows: &[Row], rng: &mut ChaCha12Rng) -> Vec<u8> {
    let header = [
        "Case",
        "Given names",
        "Surname",
        "Sex",
        "Age",
        "Date of birth",
        "Taken on",
        "Village",
        "Valley",
        "Occupation",
    ];
    let mut table = vec![header.map(String::from).to_vec()];
    for (i, row) in rows.iter().enumerate() {
        let p = &country.people[row.person];
        let place = &country.places[p.place];
        let again = if row.copy > 0 { 0.3 } else { 0.08 };
        let mut given = typed(language::capital(&p.given), again, rng);
        if chance(0.15, rng) {
            given = format!("{given} {}", language::capital(&patronymic(p)));
        }
        let mut family = typed(language::capital(&p.family), again, rng);
        if chance(0.02, rng) {
            std::mem::swap(&mut given, &mut family);
        }
        let age = 2019 - p.born.0;
        let knows_birth = chance(0.45, rng);
        let (y, m, d) = misdated(p.day, 0.12, rng);
        table.push(vec![
            identifier(1, i),
            given,
            if chance(0.02, rng) { String::new() } else { family },
            if p.woman { "F" } else { "M" }.into(),
            match () {
                () if knows_birth => String::new(),
                () if chance(0.2, rng) => format!("about {}", age / 5 * 5),
                () => age.to_string(),
            },
            if knows_birth { format!("{:02}/{:02}/{}", p.born.2, p.born.1, p.born.0) } else { String::new() },
            if chance(0.9, rng) { format!("{d:02}/{m:02}/{y}") } else { format!("{m:02}/{y}") },
            typed(language::capital(&place.name), 0.06, rng),
            place.region.clone(),
            if chance(0.7, rng) { p.occupation } else { "unknown" }.into(),
        ]);
    }
    csv(&table, b';')
}

/// The association of families: native script in a one-byte encoding, nicknames, years of birth, tabs.
fn families(country: &Country, rows: &[Row], rng: &mut ChaCha12Rng) -> Vec<u8> {
    let header = ["Номер", "Имя и фамилия", "Прозвище", "Год рождения", "Когда", "Село", "Кто сообщил"];
    let mut table = vec![header.map(String::from).to_vec()];
    for (i, row) in rows.iter().enumerate() {
        let p = &country.people[row.person];
        let place = &country.places[p.place];
        let given = language::native(&p.given);
        let nickname: String = given.chars().take(3).chain("ик".chars()).collect();
        let uses_nickname = chance(if row.copy > 0 { 0.35 } else { 0.1 }, rng);
        let family = typed(language::native(&p.family), 0.07, rng);
        let full = match () {
            () if uses_nickname => format!("{nickname} {family}"),
            () if chance(0.06, rng) => format!("{family} {given}"),
            () if chance(0.03, rng) => given.clone(),
            () => format!("{} {family}", typed(given.clone(), 0.05, rng)),
        };
        let born = if chance(0.85, rng) {
            (p.born.0 + u16::from(chance(0.06, rng))).to_string()
        } else {
            format!("{}X", p.born.0 / 10)
        };
        table.push(vec![
            identifier(2, i),
            full,
            if !uses_nickname && chance(0.2, rng) { nickname } else { String::new() },
            born,
            partial(misdated(p.day, 0.15, rng), 0.6, 0.35, rng),
            language::native(&place.name),
            ["мать", "брат", "жена", "сосед"][rng.random_range(0..4)].into(),
        ]);
    }
    let text = String::from_utf8(csv(&table, b'\t')).expect("written from text");
    encoding_rs::WINDOWS_1251.encode(&text).0.into_owned()
}

/// Press reports: the press's romanisations, whole names, ages, dates in words, a workbook.
fn press(country: &Country, rows: &[Row], rng: &mut ChaCha12Rng) -> Result<Vec<u8>, XlsxError> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2020, 1, 15)?));
    let sheet = workbook.add_worksheet();
    for (column, name) in ["Clipping", "Name", "Sex", "Age", "Date", "Where"].into_iter().enumerate() {
        sheet.write_string(0, column as u16, name)?;
    }
    for (i, row) in rows.iter().enumerate() {
        let p = &country.people[row.person];
        let (given, family) = (language::press(&p.given, rng), language::press(&p.family, rng));
        let full = match rng.random::<f64>() {
            x if x < 0.05 => format!("{}. {family}", &given[..1]),
            x if x < 0.08 => family.clone(),
            _ => format!("{given} {family}"),
        };
        let line = i as u32 + 1;
        sheet.write_string(line, 0, identifier(3, i))?;
        sheet.write_string(line, 1, full)?;
        if chance(0.9, rng) {
            sheet.write_string(line, 2, if p.woman { "woman" } else { "man" })?;
        }
        if chance(0.8, rng) {
            let off = if chance(0.15, rng) { 1 } else { 0 };
            sheet.write_number(line, 3, 2019 - p.born.0 + off)?;
        }
        let (y, m, d) = misdated(p.day, 0.2, rng);
        let month = MONTHS[usize::from(m) - 1];
        let date = if chance(0.75, rng) { format!("{d} {month} {y}") } else { format!("{month} {y}") };
        sheet.write_string(line, 4, date)?;
        sheet.write_string(line, 5, language::press(&country.places[p.place].name, rng))?;
    }
    workbook.save_to_buffer()
}
