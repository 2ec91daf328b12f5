//! Which records speak of one person?
//!
//! Probabilistic record linkage after I. P. Fellegi & A. B. Sunter, "A theory for record linkage", JASA 64 (1969):
//! records are dictionary-encoded ([`RecordSet`]), pairs are compared field by field into a pattern of levels
//! ([`Pattern`]), the chance of each level among matches (`m`) and non-matches (`u`) is learned by EM from counts of
//! patterns ([`Model`]), each pair gets a weight and a probability, and pairs become persons.
//!
//! Everything is a pure function of the records, the options and the seed: no clock, no disk, no thread order.
//!
//! ```
//! use factum_link::{Options, RecordSet, link};
//! use factum_model::{ListId, Name, Record, RecordId};
//!
//! let mut set = RecordSet::default();
//! set.add_list(ListId::new("a"), false);
//! set.add_list(ListId::new("b"), false);
//! for (list, name, born) in [(0, "Ana Mirel", "1970-03-02"), (1, "Anna Mirel", "1970-03-02"), (1, "Doru Vass", "1951")] {
//!     let mut record = Record::new(RecordId::new(name), 2);
//!     record.names.push(Name { full: Some(name.into()), ..Name::default() });
//!     record.birth = born.parse().ok();
//!     set.push(list, &record);
//! }
//! let linkage = link(&set, &Options::default(), &()).unwrap();
//! assert_eq!(linkage.persons.len(), 3);
//! ```

mod arrow;
mod blocking;
mod cluster;
mod compare;
mod counts;
mod doubt;
mod field;
pub mod forms;
mod glance;
mod interned;
mod lanes;
mod linkage;
mod model;
mod names;
mod pairs;
pub mod partition;
mod pattern;
mod propose;
mod recall;
mod records;
mod renderings;
mod request;
mod rows;
mod strangers;
mod threshold;
mod train;
mod warning;

pub use arrow::{BatchError, ColumnFault, Entered, LeftOut, OnList};
pub use blocking::{Blocking, Key, Rule, RuleError};
pub use doubt::PersonsDrawn;
pub use field::Field;
pub use linkage::{Linkage, RuleCount, ScoredPair, link};
pub use model::{FieldModel, LevelModel, Model, Prior};
pub use names::{Equivalences, NameAgreement, NameReason, NameVerdict, names_agree};
pub use pattern::Pattern;
pub use recall::Recall;
pub use records::{IdOf, RecordSet};
pub use renderings::Learned;
pub use request::{Judgement, LinkError, Options, Progress};
pub use rows::Heaps;
pub use threshold::Threshold;
pub use warning::Warning;
