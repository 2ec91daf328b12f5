//! How does the engine compare with its peer, on the same lists and the same machine?
//!
//! Runs the benches of the engine, and Splink beside them where it and the lists are there. Every figure of the table is of
//! this run; what could not be measured is said.

use serde_json::Value;
use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One measurement: seconds from records to persons, peak memory in megabytes, F1 of pairs in one person.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Figures {
    seconds: f64,
    megabytes: f64,
    f1: f64,
}

/// By list and rule set.
type Table = HashMap<(String, String), Figures>;

/// The rule sets that both know, and what the peer's script calls lists measured with them.
const RULES: [(&str, &str); 2] = [("narrow", "synth"), ("wide", "synth+wide")];

pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let lists: Vec<&str> = match arguments {
        [] => vec!["s100k"],
        lists => lists.iter().map(String::as_str).collect(),
    };
    engine("accuracy", &[])?;
    engine("scale", &[])?;
    let Some(folder) = std::env::var_os("FACTUM_BENCH_LISTS").map(PathBuf::from) else {
        println!("no comparison: FACTUM_BENCH_LISTS names no folder with {}", lists.join(", "));
        return Ok(());
    };
    let tsv = std::env::temp_dir().join(format!("factum-bench-{}.tsv", std::process::id()));
    let made = lists.join(",");
    engine("scale", &["--made", &made, "--rules", "narrow,wide", "--tsv", &tsv.display().to_string()])?;
    let ours = ours(&std::fs::read_to_string(&tsv)?)?;
    std::fs::remove_file(&tsv)?;
    let script = crate::root().join("../shared/tools/splink_bench.py");
    let mut theirs = Table::new();
    match missing(&script) {
        Some(why) => println!("the peer was not measured: {why}"),
        None => {
            for list in &lists {
                let file = folder.join(list).with_extension("parquet");
                for (rules, name) in RULES {
                    match peer(&script, name, &file) {
                        Ok(figures) => drop(theirs.insert((list.to_string(), rules.to_string()), figures)),
                        Err(error) => println!("the peer was not measured on {list} with {rules} rules: {error}"),
                    }
                }
            }
        }
    }
    print!("{}", table(&lists, &ours, &theirs));
    Ok(())
}

fn engine(bench: &str, options: &[&str]) -> Result<(), Box<dyn Error>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(crate::root()).args(["bench", "--package", "factum-link", "--bench", bench, "--"]);
    if command.args(options).status()?.success() { Ok(()) } else { Err(format!("the bench {bench} failed").into()) }
}

/// What keeps the peer from being measured.
fn missing(script: &Path) -> Option<String> {
    if !script.is_file() {
        return Some("its script is not there".into());
    }
    let version = Command::new("python3")
        .args(["-c", "import splink, duckdb, pyarrow; print(splink.__version__)"])
        .stderr(Stdio::null())
        .output();
    match version {
        Ok(output) if output.status.success() => {
            println!("the peer is Splink {}", String::from_utf8_lossy(&output.stdout).trim());
            None
        }
        _ => Some("python3 with splink, duckdb and pyarrow is not there".into()),
    }
}

fn peer(script: &Path, name: &str, file: &Path) -> Result<Figures, Box<dyn Error>> {
    let output = Command::new("python3")
        .arg(script.canonicalize()?)
        .arg(name)
        .arg(file)
        .current_dir(std::env::temp_dir())
        .stderr(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err("its script failed".into());
    }
    theirs(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| "its answer cannot be read".into())
}

/// The peer's figures: the JSON object that ends what its script says.
fn theirs(said: &str) -> Option<Figures> {
    let object: Value = serde_json::from_str(&said[said.find("{\n")?..]).ok()?;
    Some(Figures {
        seconds: object["secs"]["pipeline"].as_f64()?,
        megabytes: object["peak_rss_mb"].as_f64()?,
        f1: object["clusters@0.95"]["F1"].as_f64()?,
    })
}

/// The engine's figures. Reading the file is left out and so is writing, because the peer's pipeline does neither.
fn ours(tsv: &str) -> Result<Table, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(tsv.as_bytes());
    let mut table = Table::new();
    for row in reader.deserialize() {
        let row: HashMap<String, String> = row?;
        let figure = |name: &str| {
            row.get(name).ok_or(format!("the bench tells no {name}"))?.parse::<f64>().map_err(|e| e.to_string())
        };
        let key = (row["lists"].clone(), row["rules"].clone());
        let seconds = figure("push")? + figure("link")?;
        table.insert(key, Figures { seconds, megabytes: figure("MB")?, f1: figure("F1")? });
    }
    Ok(table)
}

fn table(lists: &[&str], ours: &Table, theirs: &Table) -> String {
    let mut out = format!(
        "\nrecords in memory to persons; the peer's persons at .95, the engine's at the threshold it chooses\n\
         {:8} {:6} | {:>8} {:>8} {:>6} | {:>7} {:>7} {:>6} | {:>6} {:>6}\n",
        "lists", "rules", "s", "peer s", "ratio", "MB", "peer MB", "ratio", "F1", "peer F1"
    );
    for list in lists {
        for (rules, _) in RULES {
            let key = (list.to_string(), rules.to_string());
            let line = match (ours.get(&key), theirs.get(&key)) {
                (Some(own), Some(peer)) => format!(
                    "{:>8.2} {:>8.2} {:>6.1} | {:>7.0} {:>7.0} {:>6.1} | {:>6.4} {:>6.4}",
                    own.seconds,
                    peer.seconds,
                    peer.seconds / own.seconds,
                    own.megabytes,
                    peer.megabytes,
                    peer.megabytes / own.megabytes,
                    own.f1,
                    peer.f1
                ),
                (Some(own), None) => format!(
                    "{:>8.2} {:>8} {:>6} | {:>7.0} {:>7} {:>6} | {:>6.4} {:>6}",
                    own.seconds, "-", "-", own.megabytes, "-", "-", own.f1, "-"
                ),
                (None, _) => "not measured: the lists are not there".into(),
            };
            out.push_str(&format!("{list:8} {rules:6} | {line}\n"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "pairs err\n{\n \"secs\": {\"pipeline\": 12.5, \"load\": 1.0},\n \"peak_rss_mb\": 900,\n \
                        \"clusters@0.95\": {\"F1\": 0.91}\n}\n";

    #[test]
    fn both_are_read_and_set_side_by_side() {
        let peer = theirs(SAID).unwrap();
        assert_eq!(peer, Figures { seconds: 12.5, megabytes: 900.0, f1: 0.91 });
        assert_eq!(theirs("nothing"), None);
        let ours = ours("lists\trules\tread\tpush\tlink\tMB\tF1\ns1\tnarrow\t9\t1\t1.5\t90\t0.95\n").unwrap();
        let key = ("s1".to_string(), "narrow".to_string());
        assert_eq!(ours[&key], Figures { seconds: 2.5, megabytes: 90.0, f1: 0.95 });
        let both = table(&["s1"], &ours, &Table::from([(key, peer)]));
        assert!(
            both.contains("s1       narrow |     2.50    12.50    5.0 |      90     900   10.0 | 0.9500 0.9100"),
            "{both}"
        );
        assert!(both.contains("s1       wide   | not measured"), "{both}");
        let alone = table(&["s1"], &ours, &Table::new());
        assert!(alone.contains("2.50        -"), "{alone}");
    }
}
