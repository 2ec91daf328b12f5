//! `factum estimate` as a user types it: what it reads, what it leaves, what it refuses.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt64Type};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
use assert_cmd::Command;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::path::Path;
use std::sync::Arc;

const NORTH: &str = "a,b,count\n1,1,40\n1,0,120\n0,1,80\n";
/// The same lists in another order.
const SOUTH: &str = "b,a,count\n1,1,22\n1,0,60\n0,1,50\n";
/// Too few on both lists to stand alone.
const EAST: &str = "a,b,count\n1,1,3\n1,0,9\n0,1,7\n";
const DISJOINT: &str = "a,b,count\n1,0,9\n0,1,7\n";
/// Children with spina bifida, upstate New York 1969 to 1974 (E. B. Hook, S. G. Albright, P. K. Cross, 1980).
const SPINA: &str = "S1,S2,S3,count\n1,1,1,12\n1,1,0,142\n1,0,1,111\n1,0,0,244\n0,1,1,4\n0,1,0,48\n0,0,1,60\n";

/// What `factum estimate` prints: exit code, standard output, error output.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    format!(
        "exit {}\n--- out\n{}--- err\n{}",
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn run(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::cargo_bin("factum").unwrap().current_dir(folder).arg("estimate").args(arguments).output().unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&run(folder, &[arguments, &["--format", "json"]].concat()).stdout).unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn write_parquet(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(std::fs::File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn read_parquet(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap();
    reader.build().unwrap().map(Result::unwrap).collect()
}

#[test]
fn tables_of_counts_come_as_parquet_too() {
    let folder = folder(&[("north.csv", NORTH)]);
    let a: ArrayRef = Arc::new(BooleanArray::from(vec![true, true, false]));
    let b: ArrayRef = Arc::new(Int64Array::from(vec![1, 0, 1]));
    let count: ArrayRef = Arc::new(Int64Array::from(vec![40, 120, 80]));
    write_parquet(&folder.path().join("north.parquet"), vec![("a", a.clone()), ("b", b.clone()), ("count", count)]);
    write_parquet(&folder.path().join("uncounted.parquet"), vec![("a", a), ("b", b)]);
    let [parquet, csv] = ["north.parquet", "north.csv"].map(|file| shown(folder.path(), &[file, "--model", "chapman"]));
    assert!(parquet.starts_with("exit 0\n") && parquet == csv, "{parquet}");
    insta::assert_snapshot!(
        "parquet_without_counts",
        shown(folder.path(), &["uncounted.parquet", "--model", "chapman"])
    );
}

#[test]
fn a_file_is_told_by_what_it_holds() {
    let folder = folder(&[("north.dat", NORTH), ("notes.dat", "Met with the families on Monday.\n")]);
    assert!(shown(folder.path(), &["north.dat", "--model", "chapman"]).starts_with("exit 0\n"));
    insta::assert_snapshot!("no_table", shown(folder.path(), &["notes.dat", "--model", "chapman"]));
}

#[test]
fn several_tables_are_strata() {
    let folder = folder(&[("north.csv", NORTH), ("south.csv", SOUTH), ("east.csv", EAST)]);
    let strata = ["north.csv", "south.csv", "east.csv", "--model", "chapman"];
    insta::assert_snapshot!("strata", shown(folder.path(), &strata));
    let merged = shown(folder.path(), &[&strata[..], &["--merge-thin"]].concat());
    assert!(merged.contains("\nmerged       east.csv into south.csv (3 people on two or more lists)\n"), "{merged}");
    let apart = json(folder.path(), &strata);
    let groups = apart["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 3);
    let sum: f64 = groups.iter().map(|g| g["estimate"]["estimate"].as_f64().unwrap()).sum();
    assert!((apart["total"]["estimate"].as_f64().unwrap() - sum).abs() < 1e-6);
    assert_eq!(apart["run"]["inputs"].as_array().unwrap().len(), 3);
    for group in groups {
        assert!(group["estimate"]["identification"]["curve"].as_array().is_some_and(|curve| !curve.is_empty()));
    }
    // The south alone is the south among the strata, though its columns stand otherwise.
    let south = json(folder.path(), &["south.csv", "--model", "chapman"]);
    assert_eq!(south["estimate"], groups[1]["estimate"]["estimate"]);
}

#[test]
fn strata_of_one_file_name_go_by_their_paths() {
    let folder = folder(&[("north/counts.csv", NORTH), ("south/counts.csv", SOUTH)]);
    let told = shown(folder.path(), &["north/counts.csv", "south/counts.csv", "--model", "chapman"]);
    assert!(
        told.contains("\nstratum      north/counts.csv\n") || told.contains("\nstratum      north\\counts.csv\n"),
        "{told}"
    );
    insta::assert_snapshot!(
        "given_twice",
        shown(folder.path(), &["north/counts.csv", "north/counts.csv", "--model", "chapman"])
    );
}

#[test]
fn a_stratum_without_an_answer_leaves_the_total_without_one() {
    let folder = folder(&[("north.csv", NORTH), ("disjoint.csv", DISJOINT), ("again.csv", DISJOINT)]);
    let told = shown(folder.path(), &["north.csv", "disjoint.csv", "--model", "chapman"]);
    assert!(told.contains("\nestimate     none for the whole: 1 stratum has no answer\n"), "{told}");
    let none = shown(folder.path(), &["again.csv", "disjoint.csv", "--model", "chapman"]);
    assert!(none.starts_with("exit 1\n") && none.contains("error: no stratum has an estimate"), "{none}");
}

#[test]
fn answers_come_as_a_table() {
    let folder = folder(&[("=north.csv", NORTH), ("disjoint.csv", DISJOINT)]);
    let csv = ["--model", "chapman", "--format", "csv"];
    insta::assert_snapshot!("csv", shown(folder.path(), &[&["=north.csv"], &csv[..]].concat()));
    insta::assert_snapshot!(
        "csv_of_strata",
        shown(folder.path(), &[&["=north.csv", "disjoint.csv"], &csv[..]].concat())
    );
}

#[test]
fn tables_that_are_no_strata_are_refused() {
    let folder = folder(&[("north.csv", NORTH), ("spina.csv", SPINA), ("east.csv", EAST)]);
    let asked: [&[&str]; 5] = [
        &["north.csv", "spina.csv"],
        &["north.csv", "east.csv", "--sensitivity"],
        &["north.csv", "east.csv", "--draws", "draws.csv"],
        &["north.csv", "east.csv", "--draws-out", "draws.parquet"],
        &["north.csv", "--merge-thin"],
    ];
    let told = asked.map(|asked| {
        format!("$ {}\n{}", asked.join(" "), shown(folder.path(), &[asked, &["--model", "chapman"]].concat()))
    });
    insta::assert_snapshot!("no_strata", told.join("\n"));
}

#[test]
fn the_posterior_of_graphs_is_written() {
    let folder = folder(&[("spina.csv", SPINA)]);
    let asked = ["spina.csv", "--model", "decomposable"];
    let answer = json(folder.path(), &[&asked[..], &["--draws-out", "out/n.parquet"]].concat());
    let (mut total, mut mean) = (0.0, 0.0);
    for batch in read_parquet(&folder.path().join("out/n.parquet")) {
        let sizes = batch.column_by_name("n").unwrap().as_primitive::<UInt64Type>();
        let probabilities = batch.column_by_name("probability").unwrap().as_primitive::<Float64Type>();
        for (n, p) in sizes.values().iter().zip(probabilities.values()) {
            total += p;
            mean += p * *n as f64;
        }
    }
    assert!((total - 1.0).abs() < 1e-9, "{total}");
    assert!((mean / answer["mean"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{mean}");
    // A posterior is no table of counts, and never takes the place of one.
    let posterior = shown(folder.path(), &["out/n.parquet", "--model", "decomposable"]);
    assert!(posterior.contains("there is no column `count`"), "{posterior}");
    std::fs::write(folder.path().join("counts.parquet"), SPINA).unwrap();
    let over = ["counts.parquet", "--model", "decomposable", "--draws-out", "counts.parquet"];
    assert!(shown(folder.path(), &over).contains("would be overwritten, and it is an input"));
    let drawn = ["counts.parquet", "--model", "chao", "--sensitivity", "--plot", "counts.parquet"];
    assert!(shown(folder.path(), &drawn).contains("would be overwritten, and it is an input"));
    assert_eq!(std::fs::read_to_string(folder.path().join("counts.parquet")).unwrap(), SPINA);
}

#[test]
fn latent_classes_tell_how_they_came_to_their_answer() {
    let folder = folder(&[("spina.csv", SPINA)]);
    let asked = ["spina.csv", "--model", "latent-class", "--classes", "6", "--draws-out", "n.parquet"];
    let answer = json(folder.path(), &asked);
    for key in ["converged", "modes", "log_evidence", "assumption", "warnings"] {
        assert!(!answer[key].is_null(), "{key}");
    }
    assert_eq!((answer["converged"].as_bool(), answer["classes"].as_u64()), (Some(true), Some(6)));
    let mut draws: Vec<u64> = Vec::new();
    for batch in read_parquet(&folder.path().join("n.parquet")) {
        draws.extend(batch.column_by_name("n").unwrap().as_primitive::<UInt64Type>().values());
    }
    // Thinned draws keep the median to within what thinning can move.
    let median = draws[draws.len() / 2] as f64;
    assert!(draws.len() >= 1_000 && draws[0] >= 621, "{} draws from {}", draws.len(), draws[0]);
    assert!((median / answer["estimate"].as_f64().unwrap() - 1.0).abs() < 0.01, "{median}");
}

#[test]
fn what_has_no_posterior_says_so_before_the_work() {
    let folder = folder(&[("spina.csv", SPINA)]);
    let asked: [&[&str]; 3] = [
        &["--model", "chao", "--draws-out", "n.parquet"],
        &["--model", "decomposable", "--draws-out", "n.csv"],
        &["--model", "latent-class", "--classes", "0"],
    ];
    let told = asked
        .map(|asked| format!("$ {}\n{}", asked.join(" "), shown(folder.path(), &[&["spina.csv"], asked].concat())));
    insta::assert_snapshot!("no_posterior", told.join("\n"));
    assert!(!folder.path().join("n.parquet").exists() && !folder.path().join("n.csv").exists());
}

#[test]
fn the_table_and_the_answer_are_drawn() {
    let folder = folder(&[("spina.csv", SPINA)]);
    let told = shown(folder.path(), &["spina.csv", "--model", "decomposable", "--plots", "plots"]);
    assert!(told.starts_with("exit 0\n"), "{told}");
    let names = ["overlaps", "odds-ratios", "models", "edges", "interaction-decomposable", "hidden-decomposable"];
    for name in names {
        let svg = std::fs::read_to_string(folder.path().join(format!("plots/{name}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("<title>"), "{name}");
    }
    assert_eq!(std::fs::read_dir(folder.path().join("plots")).unwrap().count(), names.len());
    let taken = shown(folder.path(), &["spina.csv", "--model", "chao", "--plots", "spina.csv"]);
    assert!(taken.starts_with("exit 1\n"), "{taken}");
}

#[test]
fn all_models_answer_side_by_side() {
    let folder = folder(&[("north.csv", NORTH), ("disjoint.csv", DISJOINT)]);
    let asked = ["north.csv", "--model", "all", "--classes", "1", "--max-missing", "4000"];
    let told = shown(folder.path(), &asked);
    assert!(told.starts_with("exit 0\n"), "{told}");
    for line in ["\nall models of 240 distinct people", "\n  chapman ", "\n  latent-class ", "\n  chao "] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let answers = json(folder.path(), &asked);
    let models: Vec<&str> =
        answers["estimates"].as_array().unwrap().iter().map(|e| e["model"].as_str().unwrap()).collect();
    assert_eq!(models, ["log-linear", "latent-class", "chapman", "chao"]);
    // Each is the answer it gives alone.
    let alone = json(folder.path(), &["north.csv", "--model", "chapman"]);
    assert_eq!(alone["estimate"], answers["estimates"][2]["estimate"]);
    let csv = shown(
        folder.path(),
        &["disjoint.csv", "--model", "all", "--classes", "1", "--max-missing", "4000", "--format", "csv"],
    );
    let rows: Vec<&str> = csv.lines().filter(|l| l.starts_with("disjoint.csv,")).collect();
    assert_eq!(rows.len(), 4, "{csv}");
    assert!(rows.iter().any(|row| row.contains("No estimate: ")), "{csv}");
}

#[test]
fn what_one_model_or_one_table_gives_is_refused_for_all() {
    let folder = folder(&[("north.csv", NORTH), ("south.csv", SOUTH)]);
    let asked: [(&[&str], &str); 4] = [
        (&["north.csv", "south.csv"], "--model all takes one table of counts"),
        (&["north.csv", "--sensitivity"], "--sensitivity takes one model"),
        (&["north.csv", "--draws-out", "n.parquet"], "--draws-out takes one model"),
        (&["north.csv", "--unplaced", "south.csv"], "--unplaced takes several tables"),
    ];
    for (asked, expected) in asked {
        let told = shown(folder.path(), &[asked, &["--model", "all"]].concat());
        assert!(told.starts_with("exit 1\n") && told.contains(expected), "{told}");
    }
}

/// Lists a and b reach the north; the west has three lists, of which c could not see the south.
const WEST: &str = "a,b,c,count\n1,1,0,30\n1,0,1,25\n0,1,1,28\n1,0,0,90\n0,1,0,80\n0,0,1,70\n1,1,1,9\n";
const SOUTH_OF_THREE: &str = "a,b,c,count\n1,1,0,22\n1,0,0,50\n0,1,0,60\n";
const UNKNOWN: &str = "b,a,c,count\n1,1,0,5\n0,1,0,12\n0,0,1,4\n";

#[test]
fn a_list_that_could_not_see_a_stratum_is_no_evidence_there() {
    let folder = folder(&[("west.csv", WEST), ("south.csv", SOUTH_OF_THREE)]);
    let strata = ["west.csv", "south.csv", "--model", "log-linear"];
    let silent = shown(folder.path(), &strata);
    let blind = shown(folder.path(), &[&strata[..], &["--blind", "south.csv=c"]].concat());
    assert!(silent.starts_with("exit 0\n") && blind.starts_with("exit 0\n"), "{silent}\n{blind}");
    // Left out either way, under another warning: silence that could have been evidence, and silence that could not.
    let warnings = |told: &str| told.lines().filter(|l| l.contains("ist c ")).map(String::from).collect::<Vec<_>>();
    assert!(!warnings(&silent).is_empty() && warnings(&silent) != warnings(&blind), "{silent}\n{blind}");
    for (wish, expected) in
        [("north.csv=c", "the strata are west.csv, south.csv"), ("south.csv=d", "no such list"), ("c", "STRATUM=LIST")]
    {
        let told = shown(folder.path(), &[&strata[..], &["--blind", wish]].concat());
        assert!(told.starts_with("exit 1\n") && told.contains(expected), "{told}");
    }
}

#[test]
fn persons_of_unknown_stratum_are_carried() {
    let folder =
        folder(&[("west.csv", WEST), ("south.csv", SOUTH_OF_THREE), ("unknown.csv", UNKNOWN), ("two.csv", NORTH)]);
    let strata = ["west.csv", "south.csv", "--model", "log-linear", "--blind", "south.csv=c"];
    let carried = [&strata[..], &["--unplaced", "unknown.csv", "--replicates", "5"]].concat();
    let told = shown(folder.path(), &carried);
    assert!(told.starts_with("exit 0\n") && told.contains("21 people of these of unknown stratum"), "{told}");
    let (with, without) = (json(folder.path(), &carried), json(folder.path(), &strata));
    let number = |answer: &serde_json::Value, key: &str| answer["total"][key].as_f64().unwrap();
    assert_eq!(number(&with, "observed"), number(&without, "observed") + 21.0);
    assert!(number(&with, "estimate") > number(&without, "estimate"));
    assert_eq!((with["carried"].as_u64(), with["contradicted"].as_u64()), (Some(21), Some(0)));
    assert_eq!(with["run"]["inputs"].as_array().unwrap().len(), 3);
    assert_eq!(shown(folder.path(), &carried), told);
    let csv = shown(folder.path(), &[&carried[..], &["--format", "csv"]].concat());
    assert!(csv.lines().any(|l| l.starts_with("total,log-linear,485,")), "{csv}");
    let other = shown(folder.path(), &[&strata[..], &["--unplaced", "two.csv"]].concat());
    assert!(other.starts_with("exit 1\n") && other.contains("over other lists than the strata"), "{other}");
}

#[test]
fn thin_strata_of_other_folders_stay_apart_when_asked() {
    let files = [("n/north.csv", NORTH), ("s/east.csv", EAST), ("s/south.csv", SOUTH)];
    let folder = folder(&files);
    let strata = ["s/east.csv", "n/north.csv", "s/south.csv", "--model", "chapman", "--merge-thin"];
    // The next file in the order given is of another folder; the one of its own is nearer.
    let merged = shown(folder.path(), &strata);
    assert!(merged.contains("\nmerged       east.csv into south.csv"), "{merged}");
    let thin = [&strata[..], &["--least-overlaps", "30"]].concat();
    let through = shown(folder.path(), &thin);
    assert!(through.contains("into north.csv"), "{through}");
    let apart = shown(folder.path(), &[&thin[..], &["--folders-apart"]].concat());
    assert!(apart.contains("merged       east.csv into south.csv") && !apart.contains("into north.csv"), "{apart}");
}
