//! Which question is next, and what was answered?
//!
//! A session walks through questions about pairs, keeps each answer at once, and can go back: the answer before is then
//! withdrawn by a line of its own and its pair asked again. A session that is left can be taken up where it stopped, because
//! everything it knows lies in the file of judgements.

mod card;
mod select;

pub use card::{Agreement, Card, Mark, Row, Side, Word};
pub use select::{Wanted, select};

use crate::judgement::{Entry, PairKey, Purpose, RecordKey, Sampled, Store, StoreError, Verdict};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;

/// Why a pair is asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The engine is less certain than of most pairs, and so many agree in the same way.
    Doubt {
        /// Pairs with the same pattern, this one included.
        alike: u64,
    },
    /// Linked although a field speaks clearly against it.
    Contradiction {
        /// The field's name.
        field: &'static str,
    },
    /// Above the threshold, yet the records ended in two persons.
    Overruled,
    /// Below the threshold, yet the records ended in one person.
    Joined,
    /// Drawn for an audit: nothing more is said, so that nothing leads the eye.
    Drawn,
    /// The answer was taken back.
    Again,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Doubt { alike: 1 } => f.write_str("it is among the least certain"),
            Why::Doubt { alike } => write!(f, "it is among the least certain, and {alike} pairs agree in this way"),
            Why::Contradiction { field } => write!(f, "it is linked although the {field} speaks against it"),
            Why::Overruled => f.write_str("it is above the threshold, yet other pairs keep the two records apart"),
            Why::Joined => f.write_str("it is below the threshold, yet other pairs join the two records"),
            Why::Drawn => f.write_str("it was drawn"),
            Why::Again => f.write_str("its answer was taken back"),
        }
    }
}

/// A question: do these two records speak of one person?
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// One record.
    pub a: RecordKey,
    /// The other.
    pub b: RecordKey,
    /// Why it is asked.
    pub why: Why,
    /// For an audit, the place in its sample.
    pub sample: Option<Sampled>,
}

impl Question {
    /// The pair asked about.
    pub fn pair(&self) -> PairKey {
        PairKey::new(&self.a, &self.b)
    }
}

/// How many answers of each kind a session got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The same person.
    pub same: u64,
    /// Two persons.
    pub different: u64,
    /// Unsure.
    pub unsure: u64,
    /// Answers taken back, of this session or an earlier one.
    pub taken_back: u64,
}

/// A walk through questions by one person.
pub struct Session {
    store: Store,
    who: String,
    purpose: Purpose,
    queue: VecDeque<Question>,
    /// Answered, the latest last: first what stood before, then what this session added.
    answered: Vec<Question>,
    tally: Tally,
}

impl Session {
    /// A session of one person. What that person judged before can be gone back to, as long as its records are still there.
    pub fn new(store: Store, who: &str, purpose: Purpose, here: impl Fn(&RecordKey) -> bool) -> Session {
        let before = |e: &Entry| Question { a: e.a.clone(), b: e.b.clone(), why: Why::Again, sample: e.sample.clone() };
        let own = store.book().of_person(who, purpose);
        let answered = own.into_iter().filter(|e| here(&e.a) && here(&e.b)).map(before).collect();
        Session { store, who: who.into(), purpose, queue: VecDeque::new(), answered, tally: Tally::default() }
    }

    /// Puts questions in place of those not yet asked; pairs this person has a standing judgement on are left out.
    pub fn ask(&mut self, questions: impl IntoIterator<Item = Question>) {
        let judged: BTreeSet<PairKey> =
            self.store.book().of_person(&self.who, self.purpose).into_iter().map(Entry::pair).collect();
        self.queue = questions.into_iter().filter(|q| !judged.contains(&q.pair())).collect();
    }

    /// The question to be answered now; none when all are answered.
    pub fn current(&self) -> Option<&Question> {
        self.queue.front()
    }

    /// Questions not yet answered, the current one included.
    pub fn open(&self) -> usize {
        self.queue.len()
    }

    /// Keeps an answer to the current question, given at a time (RFC 3339).
    ///
    /// # Errors
    /// When it cannot be kept; then the question stays.
    pub fn answer(&mut self, verdict: Verdict, when: &str) -> Result<(), StoreError> {
        let Some(question) = self.queue.front() else { return Ok(()) };
        let pair = (question.a.clone(), question.b.clone());
        self.store.append(Entry::new(pair, verdict, &self.who, when, question.sample.clone()))?;
        match verdict {
            Verdict::Same => self.tally.same += 1,
            Verdict::Different => self.tally.different += 1,
            Verdict::Unsure => self.tally.unsure += 1,
            Verdict::Withdrawn => {}
        }
        self.answered.extend(self.queue.pop_front());
        Ok(())
    }

    /// Withdraws the answer before, by a line of its own, and asks its pair again. Returns whether there was one.
    ///
    /// # Errors
    /// When the withdrawal cannot be kept; then the answer stands.
    pub fn back(&mut self, when: &str) -> Result<bool, StoreError> {
        let Some(question) = self.answered.last() else { return Ok(false) };
        let pair = (question.a.clone(), question.b.clone());
        self.store.append(Entry::new(pair, Verdict::Withdrawn, &self.who, when, question.sample.clone()))?;
        if let Some(question) = self.answered.pop() {
            self.queue.push_front(Question { why: Why::Again, ..question });
        }
        self.tally.taken_back += 1;
        Ok(true)
    }

    /// The answers given in this session, those taken back included.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The records of the questions not yet answered.
    pub fn records(&self) -> BTreeSet<RecordKey> {
        self.queue.iter().flat_map(|q| [q.a.clone(), q.b.clone()]).collect()
    }

    /// The file of judgements.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

#[cfg(test)]
mod tests;
