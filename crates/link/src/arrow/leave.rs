//! How do pairs and persons become columns?

use crate::compare::Memory;
use crate::linkage::{Linkage, ScoredPair};
use crate::rows::FETCHED;
use arrow_array::types::UInt8Type;
use arrow_array::{ArrayRef, DictionaryArray, Float32Array, Float64Array, LargeStringArray, RecordBatch};
use arrow_array::{StringArray, UInt8Array, UInt32Array};
use arrow_schema::ArrowError;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// So many pairs share one memory of comparisons: many, because a memory is large.
const PIECE: usize = 1 << 14;

impl Linkage<'_> {
    /// The kept pairs at these positions of [`Linkage::pairs`]; positions beyond the last are left aside.
    ///
    /// A row a pair: `list_a`, `record_a`, `list_b`, `record_b`, the match `weight` in bits without the prior, the
    /// `probability`, the `rule` that was the first to make it (null where none was), and for each field of the model its
    /// `level` of agreement and the `bits` that this adds to the weight (null where a record does not say). Lists, rules and
    /// levels are dictionaries of text, because they say the same over and over. The schema is the same for every range.
    ///
    /// # Errors
    /// None that is known: the columns are made alike.
    pub fn pairs_batch(&self, range: Range<usize>) -> Result<RecordBatch, ArrowError> {
        let to = range.end.min(self.pairs.len());
        let pairs = &self.pairs[range.start.min(to)..to];
        let list = |record: fn(&ScoredPair) -> u32| self.list_column(pairs.iter().map(record));
        let id = |record: fn(&ScoredPair) -> u32| self.id_column(pairs.iter().map(record));
        let ids = || rayon::join(|| id(|p| p.a), || id(|p| p.b));
        let ((record_a, record_b), contributed) = rayon::join(ids, || self.contributed(pairs));
        let number =
            |value: fn(&ScoredPair) -> f64| -> ArrayRef { Arc::new(pairs.iter().map(value).collect::<Float64Array>()) };
        let rule = |pair: &ScoredPair| u8::try_from(pair.rule).ok().filter(|&at| usize::from(at) < self.rules.len());
        let rules = StringArray::from_iter_values(self.rules.iter().map(|rule| &rule.rule));
        let mut columns: Vec<(String, ArrayRef, bool)> = vec![
            ("list_a".into(), list(|p| p.a)?, false),
            ("record_a".into(), record_a, false),
            ("list_b".into(), list(|p| p.b)?, false),
            ("record_b".into(), record_b, false),
            ("weight".into(), number(|p| p.weight), false),
            ("probability".into(), number(|p| p.probability), false),
            ("rule".into(), coded(pairs.iter().map(rule).collect(), rules)?, true),
        ];
        columns.extend(contributed?);
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    /// For each field its level of agreement in each pair, and the bits that this adds; a piece of the pairs at a time and then
    /// a field at a time, each on any thread.
    fn contributed(&self, pairs: &[ScoredPair]) -> Result<Vec<(String, ArrayRef, bool)>, ArrowError> {
        let fields = self.model.fields.len();
        let bits = |pairs: &[ScoredPair]| -> Vec<Vec<Option<f32>>> {
            let (mut memory, mut sides) = (Memory::new(), Vec::new());
            let mut by_field: Vec<Vec<Option<f32>>> = (0..fields).map(|_| Vec::with_capacity(pairs.len())).collect();
            for some in pairs.chunks(FETCHED) {
                self.rows.all_sides(some.iter().map(|pair| (pair.a, pair.b)), &mut sides);
                for (pair, of) in some.iter().zip(&sides) {
                    let mut columns = by_field.iter_mut();
                    self.contribute(pair, of, &mut memory, |_, bits| {
                        columns.next().into_iter().for_each(|column| column.push(bits.map(|bits| bits as f32)))
                    });
                }
            }
            by_field
        };
        let pieces: Vec<Vec<Vec<Option<f32>>>> = pairs.par_chunks(PIECE).map(bits).collect();
        let columns = |at: usize| -> Result<[(String, ArrayRef, bool); 2], ArrowError> {
            let field = self.model.fields[at].field;
            let levels = pairs.iter().map(|pair| pair.pattern.level(field)).collect();
            let levels = coded(levels, StringArray::from_iter_values(field.levels()))?;
            let bits: Float32Array = pieces.iter().flat_map(|by_field| &by_field[at]).copied().collect();
            Ok([
                (format!("{} level", field.name()), levels, false),
                (format!("{} bits", field.name()), Arc::new(bits), true),
            ])
        };
        let columns: Result<Vec<_>, ArrowError> = (0..fields).into_par_iter().with_max_len(1).map(columns).collect();
        Ok(columns?.into_iter().flatten().collect())
    }

    /// Every record with its person: `list`, `record`, and the number of the `person` as in [`Linkage::persons`].
    ///
    /// # Errors
    /// None that is known: the columns are made alike.
    pub fn persons_batch(&self) -> Result<RecordBatch, ArrowError> {
        let records = 0..self.persons.len() as u32;
        let columns: [(&str, ArrayRef, bool); 3] = [
            ("list", self.list_column(records.clone())?, false),
            ("record", self.id_column(records), false),
            ("person", Arc::new(UInt32Array::from_iter_values(self.persons.iter().copied())), false),
        ];
        RecordBatch::try_from_iter_with_nullable(columns)
    }

    fn list_column(&self, records: impl Iterator<Item = u32>) -> Result<ArrayRef, ArrowError> {
        let set = self.rows.set;
        // A linkage has at most 255 lists.
        let lists = records.map(|record| set.list_of(record) as u8).collect();
        coded(lists, StringArray::from_iter_values(set.lists().map(|list| list.as_str())))
    }

    /// Identifiers of ten million records may be more than the offsets of a small text column can count.
    fn id_column(&self, records: impl Iterator<Item = u32>) -> ArrayRef {
        let set = self.rows.set;
        Arc::new(LargeStringArray::from_iter_values(records.map(|record| set.id_of(record).as_str())))
    }
}

fn coded(codes: UInt8Array, values: StringArray) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<UInt8Type>::try_new(codes, Arc::new(values))?))
}
