//! How likely is each size of the population, for whoever computes further?
//!
//! An interval cannot be added to another, a posterior can. Written as Parquet: draws of N where the model simulates
//! (column `n`), or every size with its probability where it sums (columns `n`, `probability`). Model, seed and version stand
//! in the metadata of the file.

use crate::estimating::Estimated;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use factum_estimate::{Detail, Model, Refusal, Support};
use factum_model::CaptureTable;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

/// Sizes are written in pieces of this many, so that memory holds one piece besides the posterior itself.
const PIECE: usize = 100_000;

/// Why there is no posterior to write.
#[derive(Debug, thiserror::Error)]
pub enum PosteriorFault {
    /// A model without one.
    #[error("{0} has no posterior of the population size; latent-class and decomposable have one")]
    None(Model),
    /// The simulation came to no answer.
    #[error("the simulation did not converge, so there are no draws to write")]
    NotConverged,
    /// The sizes are too many to be written one by one.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file could not be made.
    #[error("the posterior cannot be written as Parquet: {0}")]
    Parquet(#[from] ParquetError),
}

/// Whether a model has a posterior of the population size, to be asked before anything is computed.
///
/// # Errors
/// [`PosteriorFault::None`] when it has none.
pub fn offered(model: Model) -> Result<(), PosteriorFault> {
    match model {
        Model::LatentClass | Model::Decomposable => Ok(()),
        other => Err(PosteriorFault::None(other)),
    }
}

/// The posterior of an answer as a Parquet file; `table` is the one that was estimated from.
///
/// # Errors
/// When the model has no posterior, did not converge, or considers more sizes than can be written one by one.
pub fn parquet(table: &CaptureTable, estimated: &Estimated) -> Result<Vec<u8>, PosteriorFault> {
    match &estimated.estimate.detail {
        Detail::LatentClass(detail) if detail.draws.is_empty() => Err(PosteriorFault::NotConverged),
        Detail::LatentClass(detail) => {
            let pieces = detail.draws.chunks(PIECE).map(|draws| vec![sizes(draws.iter().copied())]);
            Ok(file(estimated, vec![Field::new("n", DataType::UInt64, false)], pieces)?)
        }
        Detail::Decomposable(detail) => {
            let support = Support { delta: detail.delta, max_missing: detail.max_missing, prior: detail.prior };
            let posterior = factum_estimate::posterior(table, support)?;
            let fields =
                vec![Field::new("n", DataType::UInt64, false), Field::new("probability", DataType::Float64, false)];
            let pieces = posterior.chunks(PIECE).enumerate().map(|(at, probabilities)| {
                // Entry 0 stands for one person missing.
                let first = table.observed() + 1 + (at * PIECE) as u64;
                let probability: ArrayRef = Arc::new(Float64Array::from(probabilities.to_vec()));
                vec![sizes(first..first + probabilities.len() as u64), probability]
            });
            Ok(file(estimated, fields, pieces)?)
        }
        _ => Err(PosteriorFault::None(estimated.estimate.model)),
    }
}

fn sizes(n: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(n.collect::<UInt64Array>())
}

fn file(
    estimated: &Estimated,
    fields: Vec<Field>,
    pieces: impl Iterator<Item = Vec<ArrayRef>>,
) -> Result<Vec<u8>, ParquetError> {
    let said = [
        ("model", estimated.estimate.model.to_string()),
        ("seed", estimated.seed.to_string()),
        ("version", estimated.version.clone()),
    ];
    let said = said.map(|(key, value)| KeyValue::new(key.to_string(), value));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(said.to_vec()))
        .build();
    let schema = Arc::new(Schema::new(fields));
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema.clone(), Some(properties))?;
    for columns in pieces {
        let batch: Result<RecordBatch, ArrowError> = RecordBatch::try_new(schema.clone(), columns);
        writer.write(&batch?)?;
    }
    writer.close()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimating;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, UInt64Type};
    use factum_estimate::Options;
    use factum_model::{ListId, RunId};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn spina() -> CaptureTable {
        let counts = [(7, 12), (3, 142), (5, 111), (1, 244), (6, 4), (2, 48), (4, 60)];
        CaptureTable::from_counts(["a", "b", "c"].map(ListId::new).to_vec(), &counts).unwrap()
    }

    fn written(options: &Options) -> (Estimated, Vec<RecordBatch>, Vec<KeyValue>) {
        let table = spina();
        let estimated = estimating::estimate(&table, options, 3, RunId::new("R-1"), Vec::new()).unwrap();
        let bytes = bytes::Bytes::from(parquet(&table, &estimated).unwrap());
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
        let said = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
        (estimated, reader.build().unwrap().map(Result::unwrap).collect(), said)
    }

    #[test]
    fn the_posterior_of_graphs_is_the_estimates_own() {
        let (estimated, batches, said) = written(&Options::new(Model::Decomposable));
        let mut below = 0.0;
        let (mut total, mut mean, mut median) = (0.0, 0.0, None);
        for batch in &batches {
            let (n, p) = (batch.column(0).as_primitive::<UInt64Type>(), batch.column(1).as_primitive::<Float64Type>());
            for (n, p) in n.values().iter().zip(p.values()) {
                total += p;
                mean += p * *n as f64;
                below += p;
                if below >= 0.5 && median.is_none() {
                    median = Some(*n as f64);
                }
            }
        }
        let Detail::Decomposable(detail) = &estimated.estimate.detail else { panic!("another model answered") };
        assert!((total - 1.0).abs() < 1e-9, "{total}");
        assert!((mean / detail.mean - 1.0).abs() < 1e-6, "{mean} against {}", detail.mean);
        assert_eq!(median, estimated.estimate.estimate);
        assert!(said.iter().any(|s| s.key == "seed" && s.value.as_deref() == Some("3")));
    }

    #[test]
    fn a_model_without_a_posterior_says_so() {
        for model in [Model::LogLinear, Model::Chao, Model::Chapman] {
            assert!(offered(model).unwrap_err().to_string().contains("has no posterior"));
        }
        let table = spina();
        let chao = estimating::estimate(&table, &Options::new(Model::Chao), 1, RunId::new("R-1"), Vec::new()).unwrap();
        assert!(matches!(parquet(&table, &chao), Err(PosteriorFault::None(Model::Chao))));
    }
}
