//! Which statements about one person or thing cannot all be true?
//!
//! Dates are imprecise, so there are two answers, kept apart: what no reading of the dates allows is *impossible*, what only some
//! readings allow is *doubtful*. A date that its own source qualifies (`~`, `?`) may be wrong by an amount nobody gave, so
//! nothing that rests on it is more than doubtful. That statements cannot all be true says nothing about which is false.

mod places;
#[cfg(test)]
mod tests;

pub use places::Places;

use factum_model::edtf::Day;
use factum_model::{Age, Edtf, Holds, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How many doubtful conflicts of one subject are listed; the rest are counted. A reader works through a page of them, and a
/// subject with thousands has dates too wide to tell anything.
pub const DOUBTFUL_LISTED: usize = 1_000;

/// What a statement says of its subject, in time. `I` is how the caller names things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says<I> {
    /// The person was born on a day of this date.
    Born(Edtf),
    /// The person died on a day of this date.
    Died(Edtf),
    /// The person had this age, in completed years, on a day of this date. An age told as "about" comes as a range.
    Aged {
        /// The age.
        age: Age,
        /// When the person had it; mostly the date of the telling or of the event.
        on: Edtf,
    },
    /// The person did or suffered something, alive, on a day of this date.
    TookPart {
        /// When.
        on: Edtf,
        /// Where, if it is told.
        place: Option<I>,
    },
    /// The person was detained at a place, from the start of this date to its end.
    Held {
        /// Where.
        place: I,
        /// How long.
        during: Edtf,
    },
    /// The person was at a place without being held there, from the start of this date to its end.
    Stayed {
        /// Where.
        place: I,
        /// How long.
        during: Edtf,
    },
    /// A detention began.
    Arrested {
        /// Which one: a person can be detained twice.
        detention: I,
        /// When.
        on: Edtf,
    },
    /// A detention ended.
    Released {
        /// Which one.
        detention: I,
        /// When.
        on: Edtf,
    },
    /// The subject, such as an event or a unit, began on a day of this date.
    Began(Edtf),
    /// The subject ended on a day of this date.
    Ended(Edtf),
}

/// One statement about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account<I> {
    /// The statement.
    pub statement: I,
    /// The person, or for `Began` and `Ended` any entity.
    pub subject: I,
    /// What it says.
    pub says: Says<I>,
}

/// In which way two accounts are at odds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Two periods of detention at different places overlap.
    HeldAtTwoPlaces,
    /// The person was at two places at one time. Being at two places on one known day is only doubtful: people travel.
    AtTwoPlaces,
    /// The age does not go with the date of birth.
    AgeAgainstBirth,
    /// Something the person did or suffered lies before the birth.
    BeforeBirth,
    /// Something the person did or suffered alive lies after the death.
    AfterDeath,
    /// A detention ends before it begins.
    ReleaseBeforeArrest,
    /// Something ends before it starts.
    EndBeforeStart,
}

/// Two accounts that are at odds. Statements with the same date and place are one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict<I> {
    /// Of whom or what.
    pub subject: I,
    /// In which way.
    pub kind: Kind,
    /// The statements of one account, in order. For conflicts of order: what should come first (birth, arrest, start; for
    /// `AfterDeath` what the person did).
    pub one: Vec<I>,
    /// The statements of the other, in order; the same as `one` if a statement contradicts itself.
    pub other: Vec<I>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts<I> {
    /// What no reading of the dates allows.
    pub impossible: Vec<Conflict<I>>,
    /// What some readings of the dates allow and others do not; at most [`DOUBTFUL_LISTED`] of one subject.
    pub doubtful: Vec<Conflict<I>>,
    /// Of which subjects how many more doubtful conflicts there are.
    pub doubtful_unlisted: BTreeMap<I, usize>,
}

/// What several statements say alike.
struct Told<I, K> {
    what: K,
    qualified: bool,
    statements: Vec<I>,
}

/// Statements gathered under what they say, so that fifty who say the same are compared once.
struct Gather<I, K>(BTreeMap<(K, bool), BTreeSet<I>>);

impl<I: Ord + Clone, K: Ord> Gather<I, K> {
    fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn add(&mut self, what: K, date: &Edtf, statement: &I) {
        self.0.entry((what, date.is_qualified())).or_default().insert(statement.clone());
    }

    fn told(self) -> Vec<Told<I, K>> {
        let told = |((what, qualified), statements): ((K, bool), BTreeSet<I>)| Told {
            what,
            qualified,
            statements: statements.into_iter().collect(),
        };
        self.0.into_iter().map(told).collect()
    }
}

/// The conflicts of one subject while they are found.
struct Found<'a, I> {
    subject: &'a I,
    impossible: BTreeSet<Conflict<I>>,
    doubtful: BTreeSet<Conflict<I>>,
    unlisted: usize,
}

impl<I: Ord + Clone> Found<'_, I> {
    fn add<A, B>(&mut self, kind: Kind, holds: Holds, one: &Told<I, A>, other: &Told<I, B>) {
        let holds = if one.qualified || other.qualified { holds.min(Holds::Sometimes) } else { holds };
        if holds == Holds::Never {
            return;
        }
        if holds == Holds::Sometimes && self.doubtful.len() >= DOUBTFUL_LISTED {
            self.unlisted += 1;
            return;
        }
        let (one, other) = (one.statements.clone(), other.statements.clone());
        let conflict = Conflict { subject: self.subject.clone(), kind, one, other };
        match holds {
            Holds::Always => self.impossible.insert(conflict),
            _ => self.doubtful.insert(conflict),
        };
    }

    /// Conflicts of order: each of `second` must not lie before any of `first`. Looks at no pair that is in order, but one for
    /// each of `second`.
    fn order(&mut self, kind: Kind, first: &mut [Told<I, Span>], second: &[Told<I, Span>]) {
        // An absent bound is the latest day of all.
        first.sort_by_key(|t| std::cmp::Reverse(t.what.latest.map_or(i64::MAX, |d| i64::from(d.0))));
        for later in second {
            for earlier in first.iter() {
                let holds = later.what.before(earlier.what);
                if holds == Holds::Never {
                    break;
                }
                self.add(kind, holds, earlier, later);
            }
        }
    }
}

/// Finds what cannot all be true, subject by subject. `places` tells which places lie in which, since who was in a cell was also in
/// the prison.
///
/// The work is `n log n` in the number of accounts, plus the conflicts found, plus, for each subject, accounts times places and
/// ages times dates of birth.
pub fn find<I: Ord + Clone>(accounts: &[Account<I>], places: &Places<I>) -> Conflicts<I> {
    let mut subjects: BTreeMap<&I, Vec<&Account<I>>> = BTreeMap::new();
    for account in accounts {
        subjects.entry(&account.subject).or_default().push(account);
    }
    let mut all = Conflicts { impossible: Vec::new(), doubtful: Vec::new(), doubtful_unlisted: BTreeMap::new() };
    for (subject, accounts) in subjects {
        let mut found = Found { subject, impossible: BTreeSet::new(), doubtful: BTreeSet::new(), unlisted: 0 };
        of_subject(&accounts, places, &mut found);
        if found.unlisted > 0 {
            all.doubtful_unlisted.insert(subject.clone(), found.unlisted);
        }
        all.impossible.extend(found.impossible);
        all.doubtful.extend(found.doubtful);
    }
    all
}

/// What is said of the two ends of one detention.
struct Detention<I> {
    arrests: Gather<I, Span>,
    releases: Gather<I, Span>,
}

/// What is said of one subject, sorted by what it is compared with.
struct Sorted<I> {
    births: Gather<I, Span>,
    deaths: Gather<I, Span>,
    ages: Gather<I, (u16, u16, Span)>,
    /// The first days of whatever needs somebody who is born, and the last days of whatever needs somebody alive.
    firsts: Gather<I, Span>,
    lasts: Gather<I, Span>,
    detentions: BTreeMap<I, Detention<I>>,
    beginnings: Gather<I, Span>,
    endings: Gather<I, Span>,
    stays: Gather<I, places::Stay<I>>,
    sightings: Gather<I, places::Sighting<I>>,
}

impl<I: Ord + Clone> Sorted<I> {
    fn new() -> Self {
        Self {
            births: Gather::new(),
            deaths: Gather::new(),
            ages: Gather::new(),
            firsts: Gather::new(),
            lasts: Gather::new(),
            detentions: BTreeMap::new(),
            beginnings: Gather::new(),
            endings: Gather::new(),
            stays: Gather::new(),
            sightings: Gather::new(),
        }
    }

    /// Something that happened to somebody alive, on one day.
    fn happened(&mut self, on: &Edtf, statement: &I) {
        self.firsts.add(on.span(), on, statement);
        self.lasts.add(on.span(), on, statement);
    }

    fn add(&mut self, account: &Account<I>) {
        let statement = &account.statement;
        match &account.says {
            Says::Born(on) => self.births.add(on.span(), on, statement),
            Says::Died(on) => {
                self.deaths.add(on.span(), on, statement);
                // A death lies after the birth too; that it lies after another account of the death is no conflict of order.
                self.firsts.add(on.span(), on, statement);
            }
            Says::Aged { age, on } => {
                let (low, high) = (age.low.min(age.high), age.low.max(age.high));
                self.ages.add((low, high, on.span()), on, statement);
            }
            Says::TookPart { on, place } => {
                self.happened(on, statement);
                if let Some(place) = place {
                    let sighting = places::Sighting { place: place.clone(), on: on.span() };
                    self.sightings.add(sighting, on, statement);
                }
            }
            Says::Held { place, during } | Says::Stayed { place, during } => {
                let period = during.period().narrowed();
                self.firsts.add(period.start, during, statement);
                self.lasts.add(period.end, during, statement);
                let held = matches!(account.says, Says::Held { .. });
                self.stays.add(places::Stay { place: place.clone(), period, held }, during, statement);
            }
            Says::Arrested { detention, on } => {
                self.happened(on, statement);
                self.detention(detention).arrests.add(on.span(), on, statement);
            }
            Says::Released { detention, on } => {
                self.happened(on, statement);
                self.detention(detention).releases.add(on.span(), on, statement);
            }
            Says::Began(on) => self.beginnings.add(on.span(), on, statement),
            Says::Ended(on) => self.endings.add(on.span(), on, statement),
        }
    }

    fn detention(&mut self, detention: &I) -> &mut Detention<I> {
        let new = || Detention { arrests: Gather::new(), releases: Gather::new() };
        self.detentions.entry(detention.clone()).or_insert_with(new)
    }
}

fn of_subject<I: Ord + Clone>(accounts: &[&Account<I>], places: &Places<I>, found: &mut Found<'_, I>) {
    let mut sorted = Sorted::new();
    for account in accounts {
        let (Says::Born(date)
        | Says::Died(date)
        | Says::Began(date)
        | Says::Ended(date)
        | Says::Aged { on: date, .. }
        | Says::TookPart { on: date, .. }
        | Says::Arrested { on: date, .. }
        | Says::Released { on: date, .. }
        | Says::Held { during: date, .. }
        | Says::Stayed { during: date, .. }) = &account.says;
        if date.period().is_empty() {
            // A date without a reading contradicts itself; compared with others it would contradict everything or nothing.
            let told = Told { what: (), qualified: date.is_qualified(), statements: vec![account.statement.clone()] };
            found.add(Kind::EndBeforeStart, Holds::Always, &told, &told);
        } else {
            sorted.add(account);
        }
    }
    let mut births = sorted.births.told();
    for aged in sorted.ages.told() {
        for born in &births {
            let (low, high, on) = aged.what;
            found.add(Kind::AgeAgainstBirth, at_odds(low, high, on, born.what), &aged, born);
        }
    }
    found.order(Kind::BeforeBirth, &mut births, &sorted.firsts.told());
    found.order(Kind::AfterDeath, &mut sorted.lasts.told(), &sorted.deaths.told());
    for Detention { arrests, releases } in sorted.detentions.into_values() {
        found.order(Kind::ReleaseBeforeArrest, &mut arrests.told(), &releases.told());
    }
    found.order(Kind::EndBeforeStart, &mut sorted.beginnings.told(), &sorted.endings.told());
    places::sweep(sorted.stays.told(), sorted.sightings.told(), places, found);
}

/// Whether an age of `low` to `high` completed years on a day of `on` is at odds with a birth on a day of `born`.
fn at_odds(low: u16, high: u16, on: Span, born: Span) -> Holds {
    let (low, high) = (i32::from(low), i32::from(high));
    // From one day to the next an age grows by one at most, so every age between the least and the greatest is had in some reading.
    let least = on.earliest.zip(born.latest).map_or(i32::MIN, |(on, born)| completed_years(born, on));
    let greatest = on.latest.zip(born.earliest).map_or(i32::MAX, |(on, born)| completed_years(born, on));
    if greatest < low || high < least {
        Holds::Always
    } else if least < low || high < greatest {
        Holds::Sometimes
    } else {
        Holds::Never
    }
}

/// Completed years from a birth to a day; negative before the birth. Who is born on 29 February completes a year of 365 days on
/// 1 March.
fn completed_years(born: Day, on: Day) -> i32 {
    let ((y, m, d), (year, month, day)) = (born.ymd(), on.ymd());
    year - y - i32::from((month, day) < (m, d))
}
