//! Who was moved from which facility to which, and when?

use super::{Counts, Grain, PatternError, Told, Voices, When, is_told, once};
use factum_model::Edtf;
use std::collections::{BTreeMap, BTreeSet};

/// One person was taken from one place to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer<I> {
    /// The transfer.
    pub transfer: I,
    /// Who was moved; several who were moved together.
    pub persons: Vec<I>,
    /// From where, if it is told.
    pub from: Option<I>,
    /// To where, if it is told.
    pub to: Option<I>,
    /// When: a day within this date.
    pub date: Option<Edtf>,
    /// What is said of it.
    pub told: Vec<Told<I>>,
}

/// All transfers from one place to another in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow<I> {
    /// From where; absent if it is not told.
    pub from: Option<I>,
    /// To where; absent if it is not told.
    pub to: Option<I>,
    /// When; transfers whose date fixes no period are apart.
    pub when: When,
    /// Different persons who are named. Who is moved twice is one person.
    pub persons: usize,
    /// Transfers, and who speaks of them.
    pub counts: Counts,
}

/// From where, to where, and when.
type Way<'a, I> = (Option<&'a I>, Option<&'a I>, When);

/// Gathers transfers by place, place and period, in this order. Those that nobody whose statement is open here tells of are left out.
/// Unnamed groups are not in the number of persons: how many they were is a claim, to be counted as one.
pub fn flows<I: Ord + Clone>(transfers: &[Transfer<I>], grain: Grain) -> Result<Vec<Flow<I>>, PatternError> {
    once(transfers.iter().map(|t| &t.transfer))?;
    let mut gathered: BTreeMap<Way<'_, I>, Vec<&Transfer<I>>> = BTreeMap::new();
    for t in transfers.iter().filter(|t| is_told(&t.told)) {
        let when = When::of(t.date.as_ref(), grain);
        gathered.entry((t.from.as_ref(), t.to.as_ref(), when)).or_default().push(t);
    }
    let flow = |((from, to, when), transfers): (Way<'_, I>, Vec<&Transfer<I>>)| Flow {
        from: from.cloned(),
        to: to.cloned(),
        when,
        persons: transfers.iter().flat_map(|t| &t.persons).collect::<BTreeSet<_>>().len(),
        counts: Voices::of(transfers.iter().flat_map(|t| &t.told)).counts(transfers.len()),
    };
    Ok(gathered.into_iter().map(flow).collect())
}
