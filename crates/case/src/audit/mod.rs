//! How good is the linkage, by the judgement of people who do not know what it decided?
//!
//! A sample of pairs is drawn by what the engine believes of them, judged blind, and turned into precision and recall with
//! their uncertainty. The draw is a file of its own, one JSON object a line: the first says how it was drawn, each further one
//! names a pair with its chance of being drawn. The answers go to the file of judgements, marked as an audit's.

mod draw;
mod report;
pub mod statistics;

pub use draw::{DrawError, draw};
pub use report::{Measure, Report, StratumReport, report};

use crate::fault::{Fault, Faults, Severity};
use crate::judgement::{RecordKey, Sampled};
use crate::review::{Question, Why};
use factum_model::Input;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the draws that this program writes and reads.
const VERSION: u32 = 1;

/// A stratum: pairs of which the engine believes and decided the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// Its name.
    pub name: String,
    /// Whether its pairs are at or above the threshold.
    pub linked: bool,
    /// Whether its pairs ended in one person.
    pub together: bool,
    /// Whether the engine kept its pairs as possible matches.
    pub kept: bool,
    /// Pairs in it.
    pub pairs: u64,
    /// Pairs drawn from it.
    pub drawn: u64,
}

/// How a sample was drawn: the first line of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    version: u32,
    /// The program and version that drew.
    pub program: String,
    /// The lists, settings and judgements behind the linkage.
    pub inputs: Vec<Input>,
    /// The threshold of the linkage.
    pub threshold: f64,
    /// The seed.
    pub seed: u64,
    /// The strata.
    pub strata: Vec<Stratum>,
}

/// A pair that was drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// One record.
    pub a: RecordKey,
    /// The other.
    pub b: RecordKey,
    /// Its stratum's name.
    pub stratum: String,
    /// Its chance of being drawn.
    pub chance: f64,
}

/// A sample of pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// How it was drawn.
    pub head: Head,
    /// The pairs, in an order that says nothing of their strata.
    pub pairs: Vec<Drawn>,
}

impl Draw {
    /// The bytes of its file.
    pub fn bytes(&self) -> Vec<u8> {
        let line =
            |value: serde_json::Result<String>| value.expect("a draw holds no map with keys that are not text") + "\n";
        let head = line(serde_json::to_string(&self.head));
        let pairs = self.pairs.iter().map(|p| line(serde_json::to_string(p)));
        std::iter::once(head).chain(pairs).collect::<String>().into_bytes()
    }

    /// Reads a draw; all faults at once. A draw with a fault is none: every missing pair would bend the estimate.
    pub fn parse(bytes: &[u8], file: &str) -> (Option<Draw>, Faults) {
        let mut faults = Faults::default();
        let fault = |what: &str| Fault::new(Severity::Error, file, what);
        let mut lines = bytes.split(|b| *b == b'\n').zip(1u32..).filter(|(line, _)| !line.trim_ascii().is_empty());
        let head = lines.next().and_then(|(line, _)| serde_json::from_slice::<Head>(line).ok());
        match &head {
            None => faults.push(fault("the first line does not say how a sample was drawn").at_row(1)),
            Some(head) if head.version != VERSION => {
                faults.push(fault("it was drawn by a version of the program that this one does not know").at_row(1));
            }
            Some(_) => {}
        }
        let mut pairs: Vec<Drawn> = Vec::new();
        for (line, number) in lines {
            match serde_json::from_slice::<Drawn>(line) {
                Ok(pair) if pair.a != pair.b && pair.chance > 0.0 && pair.chance <= 1.0 => pairs.push(pair),
                _ => faults.push(fault("the line is no drawn pair").at_row(number)),
            }
        }
        let Some(head) = head else { return (None, faults) };
        let mut drawn: BTreeMap<&str, u64> = BTreeMap::new();
        pairs.iter().for_each(|p| *drawn.entry(&p.stratum).or_default() += 1);
        for stratum in &head.strata {
            let there = drawn.remove(stratum.name.as_str()).unwrap_or(0);
            if there != stratum.drawn || stratum.drawn > stratum.pairs {
                let what = format!("{} pairs were drawn from a stratum, {there} are there", stratum.drawn);
                faults.push(fault(&what).hint("draw anew, or take the file as it was drawn"));
            }
        }
        if !drawn.is_empty() {
            faults.push(fault("pairs name a stratum that the first line does not"));
        }
        let draw = Draw { head, pairs };
        (faults.is_empty().then_some(draw), faults)
    }

    /// The questions of the audit. They say nothing of what the engine believes.
    pub fn questions(&self) -> Vec<Question> {
        let sample = |p: &Drawn| Some(Sampled { stratum: p.stratum.clone(), weight: 1.0 / p.chance });
        let question = |p: &Drawn| Question { a: p.a.clone(), b: p.b.clone(), why: Why::Drawn, sample: sample(p) };
        self.pairs.iter().map(question).collect()
    }

    /// The records it names.
    pub fn records(&self) -> BTreeSet<RecordKey> {
        self.pairs.iter().flat_map(|p| [p.a.clone(), p.b.clone()]).collect()
    }
}

#[cfg(test)]
mod tests;
