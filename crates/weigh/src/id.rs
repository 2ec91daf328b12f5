//! How are sources, statements, persons and runs named here?
//!
//! By numbers that the caller gives: positions in its own tables. What a number stands for (a code such as `S-014`) is known to
//! the caller alone, who puts the codes in when something is told; so nothing in this crate can give a source away.

macro_rules! numbered {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The number as a position in a table.
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

numbered! {
    /// A source: who or what a piece of information comes from. Numbered from 0 without gaps.
    SourceId,
    /// A statement: what a source says in a passage.
    StatementId,
    /// A member of the inquiry: author, examiner, reviewer.
    PersonId,
    /// A run cited by a finding: what made a number.
    RunNumber,
    /// A finding.
    FindingId,
}

/// What a sentence of this crate speaks of, so that the caller can put its code there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A source.
    Source(SourceId),
    /// A statement.
    Statement(StatementId),
    /// A member.
    Person(PersonId),
    /// A run.
    Run(RunNumber),
    /// A finding.
    Finding(FindingId),
}

/// Gives the code of a thing, such as `S-014`.
pub type Names<'a> = dyn Fn(Thing) -> String + 'a;
