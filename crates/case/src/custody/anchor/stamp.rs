//! By when did this log exist, by the word of a time-stamp authority?
//!
//! RFC 3161 over the text of a checkpoint: its lines up to the empty one, with the last line end. The request is a file to be sent
//! by whatever way there is; the answer is taken in when it is the answer to a request that lies here.

use super::{ANCHORS, AnchorError, anchors, checkpoint_at, folder_at, keep, make_folder};
use crate::custody::folder::Case;
use factum_log::checkpoint::{CheckpointError, SignedCheckpoint};
use factum_log::timestamp::{Request, Roots, Stamp, StampError, verify};
use factum_vault::store::{self, StoreError};

/// Why no stamp was asked for or taken in.
#[derive(Debug, thiserror::Error)]
pub enum StampFault {
    /// The anchors.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The newest checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No randomness for the nonce.
    #[error("the operating system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// There is no request.
    #[error("no request for a time stamp lies in {ANCHORS}: make one first, and send that file to the authority")]
    NoRequest,
    /// The answer fits no request.
    #[error("the answer fits none of the requests in {ANCHORS}; of the newest it was found that {0}")]
    Unfit(StampError),
}

/// A time stamp that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The size of the log that was stamped.
    pub size: u64,
    /// Where the answer lies.
    pub path: String,
    /// What it says; absent if there were no roots to verify it with.
    pub stamp: Option<Stamp>,
    /// Was it here already?
    pub known: bool,
}

impl Case {
    /// A request for a time stamp over the newest checkpoint, in DER. It is kept among the anchors, for the answer.
    pub fn ask_stamp(&self) -> Result<Vec<u8>, StampFault> {
        let head = SignedCheckpoint::parse(self.ledger().note().as_bytes())?;
        let size = head.unverified().size;
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce)?;
        let request = Request::new(head.note().text().as_bytes(), nonce).to_der();
        let _lock = self.store().lock()?;
        if self.store().read(&checkpoint_at(size))?.is_none() {
            keep(self.store(), &head)?;
        }
        make_folder(self.store(), size)?;
        let taken = self.store().files(&folder_at(size))?;
        let number = (1_u64..).find(|n| !taken.contains(&format!("{n}.tsq")) && !taken.contains(&format!("{n}.tsr")));
        let path = format!("{}/{}.tsq", folder_at(size), number.unwrap_or(1));
        store::put(self.store(), &path, &request)?;
        Ok(request)
    }

    /// Takes in an authority's answer (`.tsr`). With `roots` it must verify in full; without any, everything but the chain to a
    /// root is verified, and what it says is not repeated.
    pub fn add_stamp(&self, response: &[u8], roots: &Roots) -> Result<Stamped, StampFault> {
        let _lock = self.store().lock()?;
        let mut first = None;
        for anchor in anchors(self.store())?.into_iter().rev() {
            let size = anchor.unverified().size;
            let files = self.store().files(&folder_at(size))?;
            let mut numbers: Vec<u64> = files.iter().filter_map(|f| f.strip_suffix(".tsq")?.parse().ok()).collect();
            numbers.sort_unstable();
            for number in numbers.into_iter().rev() {
                let question = format!("{}/{number}.tsq", folder_at(size));
                let Some(bytes) = self.store().read(&question)? else { continue };
                let Ok(request) = Request::from_der(&bytes) else { continue };
                // A request over something else than the checkpoint beside it proves nothing of this log.
                if request.digest() != Request::any_answer(anchor.note().text().as_bytes()).digest() {
                    continue;
                }
                let stamp = match verify(&request, response, roots) {
                    Ok(stamp) => Some(stamp),
                    Err(StampError::UnknownRoot) if roots.is_empty() => None,
                    Err(fault) => {
                        first.get_or_insert(fault);
                        continue;
                    }
                };
                let path = format!("{}/{number}.tsr", folder_at(size));
                let known = self.store().read(&path)?.is_some_and(|old| old == response);
                if !known {
                    store::put(self.store(), &path, response)?;
                }
                return Ok(Stamped { size, path, stamp, known });
            }
        }
        Err(first.map_or(StampFault::NoRequest, StampFault::Unfit))
    }
}
