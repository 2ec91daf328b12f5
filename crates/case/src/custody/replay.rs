//! What does one entry of the log say, and does it count?
//!
//! The only place where an entry is judged: opening a case, rebuilding a view, taking in a bundle and checking a folder all
//! come here. What counts depends on the entries before it and on nothing else.

use super::ids::{Digest, MemberId};
use super::part::{Part, PartError};
use super::register::{Register, Void};

/// An object as one of the actor's keys opened it. What it says is not believed yet.
pub struct Opened {
    /// The compartment whose key fits.
    pub compartment: String,
    /// Which of its keys.
    pub epoch: u32,
    /// What is inside, if it is a part.
    pub part: Result<Part, PartError>,
}

/// What stands earlier in the log.
pub trait Past {
    /// What can go wrong in looking.
    type Error;
    /// Where an object was entered, if it was.
    fn entry_of(&self, object: &Digest) -> Result<Option<u64>, Self::Error>;
    /// Has the author already written something after this object, or, given none, anything at all?
    fn has_followed(&self, author: MemberId, previous: Option<Digest>) -> Result<bool, Self::Error>;
}

/// A part that was opened, and the verdict.
pub struct Judged {
    /// The part, if the object is one.
    pub part: Option<Part>,
    /// Why it counts for nothing, if so.
    pub void: Option<Void>,
}

/// Judges an opened part against the register and what came before, and takes it into the register if it holds.
///
/// `commitment` is the R of its entry, `object` the digest of its object, `origin` the log's name.
pub fn judge<P: Past>(
    register: &mut Register,
    past: &P,
    origin: &str,
    (object, commitment): (&Digest, &Digest),
    Opened { compartment, epoch, part }: Opened,
) -> Result<Judged, P::Error> {
    let part = match part {
        Ok(part) => part,
        Err(error) => return Ok(Judged { part: None, void: Some(Void::Unreadable(error)) }),
    };
    let void = fault(register, past, origin, (object, commitment), (&compartment, epoch), &part)?;
    let void = void.or_else(|| register.take(&part).err());
    Ok(Judged { part: Some(part), void })
}

fn fault<P: Past>(
    register: &Register,
    past: &P,
    origin: &str,
    (object, commitment): (&Digest, &Digest),
    (compartment, epoch): (&str, u32),
    part: &Part,
) -> Result<Option<Void>, P::Error> {
    let header = &part.header;
    if part.root != *commitment {
        return Ok(Some(Void::Commitment));
    }
    let at_home = header.origin == origin && header.compartment == compartment && header.epoch == epoch;
    if !at_home {
        return Ok(Some(Void::Elsewhere));
    }
    if past.entry_of(object)?.is_some() {
        return Ok(Some(Void::Repeated));
    }
    // Whose history it is counts only if the author wrote it: a forged entry must not use up a place in somebody's history.
    if register.title.is_some() && register.vouch(part).is_err() {
        return Ok(None);
    }
    if let Some(previous) = &header.previous
        && past.entry_of(previous)?.is_none()
    {
        return Ok(Some(Void::Previous));
    }
    if past.has_followed(header.author, header.previous)? {
        return Ok(Some(Void::Forked));
    }
    Ok(None)
}
