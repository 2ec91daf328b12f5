//! How long does it take from a file to persons, and how much memory, as lists grow?
//!
//! `cargo bench -p factum-link --bench scale [-- OPTIONS]`
//!
//! - `--sizes 10k,100k,1m`: lists made by the project's own generator; `10m` works too, given time and disk.
//! - `--rules narrow,own,wide`: six rules, the rules the engine takes by itself, thirteen rules.
//! - `--made s100k,s1m`: lists in the folder `FACTUM_BENCH_LISTS`, in place of generated ones.
//! - `--plot FILE.svg`: time against records, both in powers of ten.
//! - `--plotted clock|processors`: which time that is; on a machine that others use as well, the clock says little.
//! - `--tsv FILE`: the same figures for machines.
//! - `--stages FILE`: by stage of the work, seconds by the clock and of processor time on all threads, likewise.
//! - `--before FILE,FILE`: such files of earlier runs, whose figures come into the plot as well.
//!
//! Each measurement has a process of its own, so that its peak of memory is its own: it reads a Parquet file, links, and
//! writes the kept pairs and the persons as Parquet. The true persons are read after the clock has stopped.

#[path = "shared/plot.rs"]
mod plot;
mod shared;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use factum_link::{Blocking, Linkage, Options, Progress, RecordSet, Rule, link};
use factum_model::Feature;
use factum_testkit::population::{Options as Wanted, Population, Row};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use plot::{Series, svg};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// What the columns of a file hold.
struct Mapping {
    list: &'static str,
    truth: &'static str,
    columns: &'static [(&'static str, Feature)],
}

const OWN: Mapping = Mapping {
    list: "list",
    truth: "person",
    columns: &[
        ("record", Feature::Record),
        ("given_name", Feature::GivenName),
        ("father_name", Feature::MiddleName),
        ("family_name", Feature::FamilyName),
        ("sex", Feature::Sex),
        ("birth", Feature::Birth),
        ("event_date", Feature::EventDate),
        ("place", Feature::EventPlace),
        ("region", Feature::EventRegion),
    ],
};
const MADE: Mapping = Mapping {
    list: "source",
    truth: "person_id",
    columns: &[
        ("rec_id", Feature::Record),
        ("given_name", Feature::GivenName),
        ("family_name", Feature::FamilyName),
        ("sex", Feature::Sex),
        ("dob", Feature::Birth),
        ("event_date", Feature::EventDate),
        ("municipality", Feature::EventPlace),
        ("district", Feature::EventRegion),
    ],
};

/// Rows read at a time: enough that each distinct value is met few times, few enough that memory holds the set and little else.
const PIECE: usize = 1 << 18;

/// Pairs written at a time.
const WRITTEN: usize = 1 << 17;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["child", file, rules] => measure(Path::new(file), rules),
        ["make", size, file] => make(size.parse()?, Path::new(file)),
        words => compare(words),
    }
}

/// The value of an option.
fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1)).copied()
}

fn compare(words: &[&str]) -> Fallible<()> {
    let known = ["--sizes", "--rules", "--made", "--plot", "--plotted", "--tsv", "--stages", "--before"];
    if let Some(unknown) = words.iter().step_by(2).find(|word| !known.contains(word)) {
        return Err(format!("there is no option {unknown}; the options are {}", known.join(", ")).into());
    }
    let rules: Vec<&str> = option(words, "--rules").unwrap_or("narrow,own,wide").split(',').collect();
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    let folder = std::env::temp_dir();
    if let Some(made) = option(words, "--made") {
        let lists = PathBuf::from(std::env::var("FACTUM_BENCH_LISTS")?);
        files.extend(made.split(',').map(|name| (name.to_string(), lists.join(name).with_extension("parquet"))));
    }
    if option(words, "--made").is_none() || option(words, "--sizes").is_some() {
        for size in option(words, "--sizes").unwrap_or("10k,100k,1m").split(',') {
            let number = size.to_lowercase().replace('k', "000").replace('m', "000000");
            let file = folder.join(format!("factum-scale-{number}.parquet"));
            if !file.is_file() {
                child(&["make", &number, &file.display().to_string()])?;
            }
            files.push((size.to_string(), file));
        }
    }
    let header = HEADER.iter().map(|(name, width)| format!("{name:>width$}"));
    println!("{:8} {:6} {}", "lists", "rules", header.collect::<Vec<_>>().join(" "));
    let mut measured: Vec<(String, &str, Vec<f64>)> = Vec::new();
    let mut stages = String::from("lists\trules\tstage\tclock\tprocessors\n");
    for rules in &rules {
        for (name, file) in &files {
            if !file.is_file() {
                println!("{name:8} {rules:6} not measured: the lists are not there");
                continue;
            }
            let told = child(&["child", &file.display().to_string(), rules])?;
            let (figures, by_stage) = told.split_once('\n').unwrap_or((&told, ""));
            by_stage.lines().for_each(|line| stages.push_str(&format!("{name}\t{rules}\t{line}\n")));
            let figures = figures.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
            println!("{name:8} {rules:6} {}", row(&figures));
            measured.push((name.clone(), rules, figures));
        }
    }
    if let Some(path) = option(words, "--tsv") {
        let mut lines = format!("lists\trules\t{}\n", HEADER.map(|h| h.0).join("\t"));
        for (name, rules, figures) in &measured {
            let figures: Vec<String> = figures.iter().map(f64::to_string).collect();
            lines.push_str(&format!("{name}\t{rules}\t{}\n", figures.join("\t")));
        }
        std::fs::write(path, lines)?;
    }
    if let Some(path) = option(words, "--stages") {
        std::fs::write(path, stages)?;
    }
    if let Some(path) = option(words, "--plot") {
        let (title, time) = match option(words, "--plotted").unwrap_or("clock") {
            "clock" => ("Seconds from the Parquet file to persons on disk", 5),
            "processors" => ("Seconds of processor time from the Parquet file to persons on disk", 11),
            other => return Err(format!("no time is called {other}; there are clock, processors").into()),
        };
        let mut points: Vec<(String, (f64, f64))> =
            measured.iter().map(|(_, rules, figures)| (rules.to_string(), (figures[0], figures[time]))).collect();
        for file in option(words, "--before").into_iter().flat_map(|files| files.split(',')) {
            for line in std::fs::read_to_string(file)?.lines().skip(1) {
                let cells: Vec<&str> = line.split('\t').collect();
                points.push((cells[1].to_string(), (cells[2].parse()?, cells[2 + time].parse()?)));
            }
        }
        points.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.0.total_cmp(&y.1.0)));
        let series = points.chunk_by(|x, y| x.0 == y.0);
        let series = series.map(|of| Series { name: of[0].0.clone(), points: of.iter().map(|p| p.1).collect() });
        std::fs::write(path, svg(title, &series.collect::<Vec<_>>()))?;
    }
    Ok(())
}

/// What a measurement says, with the width of its column; seconds unless the name says otherwise.
const HEADER: [(&str, usize); 12] = [
    ("records", 9),
    ("read", 7),
    ("push", 7),
    ("link", 8),
    ("write", 7),
    ("all", 8),
    ("compared", 12),
    ("kept", 9),
    ("persons", 9),
    ("MB", 6),
    ("F1", 7),
    ("CPU", 7),
];

fn row(figures: &[f64]) -> String {
    let written = HEADER.iter().zip(figures).map(|((name, width), figure)| match *name {
        "records" | "compared" | "kept" | "persons" | "MB" => format!("{figure:>width$.0}"),
        "F1" => format!("{figure:>width$.4}"),
        _ => format!("{figure:>width$.3}"),
    });
    written.collect::<Vec<_>>().join(" ")
}

/// Runs this program anew and returns what it says.
fn child(arguments: &[&str]) -> Fallible<String> {
    let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// When each stage began, by the clock and in processor time.
struct Stages(Instant, Mutex<Vec<(&'static str, f64, f64)>>);

impl Progress for Stages {
    fn begin(&self, stage: &'static str, _: u64) {
        self.step(stage);
    }

    fn step(&self, stage: &'static str) {
        let began = (stage, self.0.elapsed().as_secs_f64(), spent().unwrap_or(f64::NAN));
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push(began);
    }

    fn advance(&self, _: u64) {}
}

fn measure(file: &Path, rules: &str) -> Fallible<()> {
    let start = Instant::now();
    let seconds = || start.elapsed().as_secs_f64();
    let stages = Stages(start, Mutex::default());
    stages.step("reading and entering");
    let own =
        ParquetRecordBatchReaderBuilder::try_new(File::open(file)?)?.schema().column_with_name(OWN.list).is_some();
    let mapping = if own { &OWN } else { &MADE };
    let mut set = RecordSet::default();
    let (mut pushing, mut left_out) = (0.0, 0);
    let mut pieces = Pieces::of(file, mapping.columns.iter().map(|c| c.0).chain([mapping.list]))?;
    let mut next = pieces.next()?;
    while let Some(batch) = next {
        // While one piece enters, the next is read.
        let from = seconds();
        let enter = || set.push_batch(mapping.list, &batch, mapping.columns);
        let (entered, after) = rayon::join(enter, || pieces.next());
        left_out += entered?.left_out.len();
        next = after?;
        pushing += seconds() - from;
    }
    assert_eq!(left_out, 0, "generated lists can be read");
    let reading = seconds() - pushing;
    let from = seconds();
    let few = |count: usize| -> Fallible<Blocking> {
        Ok(Blocking::Rules(shared::WIDE[..count].iter().map(|rule| rule.parse::<Rule>()).collect::<Result<_, _>>()?))
    };
    let blocking = match rules {
        "narrow" => few(6)?,
        "wide" => few(13)?,
        "own" => Blocking::Auto,
        other => return Err(format!("there is no rule set {other}; there are narrow, own, wide").into()),
    };
    let linkage = link(&set, &Options { blocking, ..Options::default() }, &stages)?;
    let linking = seconds() - from;
    let from = seconds();
    stages.step("writing");
    write(&linkage, &std::env::temp_dir().join(format!("factum-scale-{}", std::process::id())))?;
    let (writing, all, peak, spent) = (seconds() - from, seconds(), peak()?, spent()?);
    stages.step("");
    let persons = linkage.persons.iter().max().map_or(0, |last| last + 1);
    let f1 = f1(&linkage.persons, &truth(file, mapping.truth)?);
    println!(
        "{} {reading} {pushing} {linking} {writing} {all} {} {} {persons} {peak} {f1} {spent}",
        set.len(),
        linkage.compared,
        linkage.pairs.len()
    );
    for stage in stages.1.into_inner().unwrap_or_else(PoisonError::into_inner).windows(2) {
        let [(name, clock, processors), (_, clock_after, processors_after)] = *stage else { continue };
        println!("{name}\t{}\t{}", clock_after - clock, processors_after - processors);
    }
    Ok(())
}

/// A file read piece by piece, half of its columns beside the other half.
struct Pieces([ParquetRecordBatchReader; 2]);

impl Pieces {
    fn of<'a>(file: &Path, columns: impl Iterator<Item = &'a str>) -> Fallible<Self> {
        let known = ArrowReaderMetadata::load(&File::open(file)?, ArrowReaderOptions::default())?;
        let bytes = |name: &str| -> i64 {
            let chunks = known.metadata().row_groups().iter().flat_map(|group| group.columns());
            chunks.filter(|c| c.column_descr().name() == name).map(|c| c.uncompressed_size()).sum()
        };
        let mut columns: Vec<(i64, &str)> = columns.map(|name| (bytes(name), name)).collect();
        columns.sort_unstable();
        let mut halves: [(i64, Vec<&str>); 2] = Default::default();
        for (bytes, name) in columns.into_iter().rev() {
            let lighter = usize::from(halves[1].0 < halves[0].0);
            halves[lighter].0 += bytes;
            halves[lighter].1.push(name);
        }
        let [one, other] = halves.map(|(_, names)| read(file, names.into_iter()));
        Ok(Self([one?, other?]))
    }

    fn next(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        let [one, other] = &mut self.0;
        let (one, other) = rayon::join(|| one.next().transpose(), || other.next().transpose());
        let halves: Vec<RecordBatch> = one?.into_iter().chain(other?).collect();
        let fields: Vec<_> = halves.iter().flat_map(|half| half.schema_ref().fields().iter().cloned()).collect();
        let columns = halves.iter().flat_map(|half| half.columns().iter().cloned()).collect();
        if halves.is_empty() {
            Ok(None)
        } else {
            RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).map(Some)
        }
    }
}

fn read<'a>(file: &Path, columns: impl Iterator<Item = &'a str>) -> Fallible<ParquetRecordBatchReader> {
    let file = File::open(file)?;
    let known = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())?;
    // Most texts come over and over, and Parquet keeps them as dictionaries: read as such, each is looked at once. Where the
    // dictionary grew too large and texts stand by themselves, it would have to be made again.
    let dictionary = |column: &ColumnChunkMetaData| match column.page_encoding_stats_mask() {
        Some(mask) => mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY),
        None => false,
    };
    let coded: Vec<&str> = match known.metadata().row_groups() {
        [] => Vec::new(),
        groups => (0..groups[0].num_columns())
            .filter(|&at| groups.iter().all(|group| dictionary(group.column(at))))
            .map(|at| groups[0].column(at).column_descr().name())
            .collect(),
    };
    let field = |field: &Arc<Field>| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 if coded.contains(&field.name().as_str()) => {
            let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(field.data_type().clone()));
            Arc::new(field.as_ref().clone().with_data_type(coded))
        }
        _ => field.clone(),
    };
    let schema = Arc::new(Schema::new(known.schema().fields().iter().map(field).collect::<Vec<_>>()));
    let options = ArrowReaderOptions::default().with_schema(schema);
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)?;
    let mask = ProjectionMask::columns(reader.parquet_schema(), columns);
    Ok(reader.with_projection(mask).with_batch_size(PIECE).build()?)
}

/// Writes pairs and persons as a linkage leaves them, both at once, and takes them away again.
fn write(linkage: &Linkage<'_>, path: &Path) -> Fallible<()> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_dictionary_enabled("record_a".into(), false)
        .set_column_dictionary_enabled("record_b".into(), false)
        .set_column_dictionary_enabled("record".into(), false);
    // Hardly any of these values comes twice, and floating-point numbers do not shrink.
    let bits = linkage.model.fields.iter().map(|field| format!("{} bits", field.field.name()));
    for number in bits.chain(["weight".into(), "probability".into()]) {
        let number = ColumnPath::new(vec![number]);
        properties = properties
            .set_column_dictionary_enabled(number.clone(), false)
            .set_column_compression(number, Compression::UNCOMPRESSED);
    }
    let properties = properties.build();
    let pairs = || -> Result<PathBuf, ParquetError> {
        let path = path.with_extension("pairs.parquet");
        let schema = linkage.pairs_batch(0..0)?.schema();
        let writer = ArrowWriter::try_new(File::create(&path)?, schema.clone(), Some(properties.clone()))?;
        let (mut writer, factory) = writer.into_serialized_writer()?;
        // The columns of a piece are encoded side by side, and while they are the next piece is made.
        let piece = |from: usize| linkage.pairs_batch(from..from + WRITTEN);
        let mut next = piece(0)?;
        for (at, from) in (0..linkage.pairs.len()).step_by(WRITTEN).enumerate() {
            let batch = next;
            let columns: Vec<_> = factory.create_column_writers(at)?.into_iter().enumerate().collect();
            let encode = |(column, mut writer): (usize, ArrowColumnWriter)| -> Result<ArrowColumnChunk, ParquetError> {
                for leaf in compute_leaves(schema.field(column), batch.column(column))? {
                    writer.write(&leaf)?;
                }
                writer.close()
            };
            let encode = || columns.into_par_iter().with_max_len(1).map(encode).collect::<Vec<_>>();
            let (encoded, following) = rayon::join(encode, || piece(from + WRITTEN));
            next = following?;
            let mut group = writer.next_row_group()?;
            for column in encoded {
                column?.append_to_row_group(&mut group)?;
            }
            group.close()?;
        }
        writer.close()?;
        Ok(path)
    };
    let persons = || -> Result<PathBuf, ParquetError> {
        let path = path.with_extension("persons.parquet");
        let batch = linkage.persons_batch()?;
        let mut writer = ArrowWriter::try_new(File::create(&path)?, batch.schema(), Some(properties.clone()))?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(path)
    };
    let (pairs, persons) = rayon::join(pairs, persons);
    std::fs::remove_file(pairs?)?;
    std::fs::remove_file(persons?)?;
    Ok(())
}

/// The most memory the process ever held, in megabytes.
fn peak() -> Fallible<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system does not tell memory")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? / 1024)
}

/// Seconds that processors have worked for this process, on all its threads.
fn spent() -> Fallible<f64> {
    let mut nanoseconds = 0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let told = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += told.split_whitespace().next().ok_or("the system does not tell time")?.parse::<u64>()?;
    }
    Ok(nanoseconds as f64 * 1e-9)
}

/// The true person of each record, numbered.
fn truth(file: &Path, column: &str) -> Fallible<Vec<u32>> {
    let mut known: FxHashMap<String, u32> = FxHashMap::default();
    let mut truth = Vec::new();
    for batch in read(file, [column].into_iter())? {
        let text = arrow_cast::cast(batch?.column(0), &DataType::Utf8)?;
        for person in text.as_string::<i32>() {
            let person = person.unwrap_or_default();
            let next = known.len() as u32;
            truth.push(match known.get(person) {
                Some(at) => *at,
                None => *known.entry(person.to_string()).or_insert(next),
            });
        }
    }
    Ok(truth)
}

/// The harmonic mean of precision and recall of pairs of records in one person.
fn f1(persons: &[u32], truth: &[u32]) -> f64 {
    fn pairs(keys: impl Iterator<Item = (u32, u32)>) -> f64 {
        let mut keys: Vec<(u32, u32)> = keys.collect();
        keys.par_sort_unstable();
        let sizes = keys.chunk_by(|x, y| x == y).map(|alike| alike.len() as u64);
        sizes.map(|n| n * (n - 1) / 2).sum::<u64>() as f64
    }
    let made = pairs(persons.iter().map(|person| (*person, 0)));
    let real = pairs(truth.iter().map(|person| (*person, 0)));
    2.0 * pairs(persons.iter().copied().zip(truth.iter().copied())) / (made + real)
}

/// Makes lists of about so many records.
fn make(records: u64, file: &Path) -> Fallible<()> {
    let population =
        Population::new(Wanted { records, seed: 1, ..Wanted::default() }).map_err(|faults| faults[0].clone())?;
    let mut rows = population.rows().peekable();
    let mut writer: Option<ArrowWriter<File>> = None;
    while rows.peek().is_some() {
        let piece: Vec<Row> = rows.by_ref().take(PIECE).collect();
        let batch = batch(&piece)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            None => writer.insert(ArrowWriter::try_new(File::create(file)?, batch.schema(), None)?),
        };
        writer.write(&batch)?;
    }
    writer.map(ArrowWriter::close).transpose()?;
    Ok(())
}

fn batch(rows: &[Row]) -> Fallible<RecordBatch> {
    fn texts(values: impl Iterator<Item = String>) -> arrow_array::ArrayRef {
        Arc::new(arrow_array::StringArray::from_iter_values(values))
    }
    let column = |value: fn(&Row) -> String| texts(rows.iter().map(value));
    Ok(RecordBatch::try_from_iter([
        ("list", column(|row| (row.list + 1).to_string())),
        ("record", column(|row| row.number.to_string())),
        ("given_name", column(|row| row.given.clone())),
        ("father_name", column(|row| row.father.clone())),
        ("family_name", column(|row| row.family.clone())),
        ("sex", column(|row| row.sex.to_string())),
        ("birth", column(|row| row.birth.clone())),
        ("event_date", column(|row| row.event_date.clone())),
        ("place", column(|row| row.place.clone())),
        ("region", column(|row| row.region.clone())),
        ("person", column(|row| row.person.to_string())),
    ])?)
}
