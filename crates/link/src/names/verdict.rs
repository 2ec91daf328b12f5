//! May two whole names be read as one, and why?
//!
//! Names are sequences: given name, father's, grandfather's, family name, of which lists write more or fewer. The words of
//! both are aligned in order; what one leaves out is no contradiction, what both put in the same place differently is.

use super::agree::other_sex;
use super::lex::joined;
use super::vocabulary::{Role, Vocabulary};
use super::{Parts, agreement, words};
use crate::field::{SAME, name};
use factum_model::Name;
use std::fmt;

/// Whether two names may be those of one person, as far as names tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameVerdict {
    /// They can be read as one name.
    Same,
    /// They neither fit nor contradict: too little is written, or too much is left out.
    Possible,
    /// They contradict one another.
    Different,
}

/// What decided a [`NameVerdict`]. The text is that of [`Display`](fmt::Display).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameReason {
    /// Every word is the same.
    Identical,
    /// Spellings, scripts or pet names of one name.
    Spelling,
    /// The same words in another order.
    Order,
    /// One name leaves out words of the other.
    LeftOut,
    /// A word is the other's initial.
    Initial,
    /// A word is only somewhat alike.
    Likeness,
    /// One of them is a single word or nothing but initials.
    TooLittle,
    /// One begins with a word that the other leaves out.
    BeginningMissing,
    /// Both words may be given names: child and father, perhaps.
    MayBeSwapped,
    /// One leaves out one word and the other another.
    BothLeaveOut,
    /// A name is not known.
    NotKnown,
    /// The given names differ.
    GivenDiffers,
    /// One given name is a woman's, the other the man's form of it.
    OtherSex,
    /// One is marked as the elder, the other as the younger of two.
    Generation,
    /// A part after the given name differs.
    PartDiffers,
    /// Hardly any word agrees.
    NothingShared,
}

impl fmt::Display for NameReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identical => "the same words",
            Self::Spelling => "spellings of the same words",
            Self::Order => "the same words in another order",
            Self::LeftOut => "one leaves out words of the other",
            Self::Initial => "a word is the other's initial",
            Self::Likeness => "a word is only somewhat alike",
            Self::TooLittle => "too little is written",
            Self::BeginningMissing => "one begins with a word the other leaves out",
            Self::MayBeSwapped => "the order may tell a child from a parent",
            Self::BothLeaveOut => "each leaves out words of the other",
            Self::NotKnown => "a name is not known",
            Self::GivenDiffers => "the given names differ",
            Self::OtherSex => "one given name is a woman's, the other a man's",
            Self::Generation => "one is the elder, the other the younger",
            Self::PartDiffers => "a part after the given name differs",
            Self::NothingShared => "hardly a word agrees",
        })
    }
}

/// A verdict on two names and what decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameAgreement {
    /// The verdict.
    pub verdict: NameVerdict,
    /// What decided it.
    pub reason: NameReason,
}

/// Compares two names as wholes, over all further names they hold; the best verdict counts. It does not depend on the
/// order of the two.
pub fn names_agree(a: &Name, b: &Name) -> NameAgreement {
    let (x, y) = (Parts::all(a), Parts::all(b));
    let pairs = x.iter().flat_map(|p| y.iter().map(move |q| compare(p, q)));
    let best = pairs.min().unwrap_or(NameAgreement { verdict: NameVerdict::Possible, reason: NameReason::NotKnown });
    let ages = (generation(a), generation(b));
    if best.verdict != NameVerdict::Different && matches!(ages, (Some(p), Some(q)) if p != q) {
        return different(NameReason::Generation);
    }
    best
}

fn same(reason: NameReason) -> NameAgreement {
    NameAgreement { verdict: NameVerdict::Same, reason }
}

fn possible(reason: NameReason) -> NameAgreement {
    NameAgreement { verdict: NameVerdict::Possible, reason }
}

fn different(reason: NameReason) -> NameAgreement {
    NameAgreement { verdict: NameVerdict::Different, reason }
}

/// The mark that tells elder from younger of two of one name.
fn generation(of: &Name) -> Option<Role> {
    let vocabulary = Vocabulary::get();
    let texts = [&of.full, &of.given, &of.family].into_iter().flatten();
    let all: Vec<String> = texts.flat_map(|text| words(text)).collect();
    all.iter().skip(1).find_map(|w| [Role::Younger, Role::Elder].into_iter().find(|role| vocabulary.is(w, *role)))
}

fn compare(a: &Parts, b: &Parts) -> NameAgreement {
    let words = |p: &Parts| -> Vec<String> {
        [&p.given, &p.middle, &p.family]
            .into_iter()
            .flat_map(|part| part.split_whitespace())
            .map(str::to_string)
            .collect()
    };
    let (x, y) = (words(a), words(b));
    if x.is_empty() || y.is_empty() {
        return possible(NameReason::NotKnown);
    }
    if joined(&x) == joined(&y) {
        return same(if x == y { NameReason::Identical } else { NameReason::Spelling });
    }
    // The longer one keeps its order, the other is turned; of two as long the alphabet decides.
    let (x, y) = if (x.len(), &x) >= (y.len(), &y) { (x, y) } else { (y, x) };
    let straight = aligned(&x, &y).verdict(&x, &y);
    let turned = turns(&y).into_iter().map(|turned| in_other_order(&x, &turned));
    turned.fold(straight, |best, verdict| best.min(verdict))
}

/// The orders in which else the words of a name may stand: family name first or last, all reversed.
fn turns(words: &[String]) -> Vec<Vec<String>> {
    let (mut right, mut left, mut back) = (words.to_vec(), words.to_vec(), words.to_vec());
    right.rotate_right(1);
    left.rotate_left(1);
    back.reverse();
    let mut turns = vec![right, left, back];
    turns.dedup();
    turns.retain(|turn| turn != words);
    turns
}

fn in_other_order(x: &[String], turned: &[String]) -> NameAgreement {
    let given = |word: &String| Vocabulary::get().is_given(word);
    let found = aligned(x, turned);
    let verdict = found.verdict(x, turned);
    let covered: usize = found.matched.iter().map(|m| m.count.1).sum();
    let sound =
        found.matched.iter().all(|m| m.level <= name::CLOSE) && found.matched.len() > 1 && covered == turned.len();
    match verdict.verdict {
        NameVerdict::Same if sound && turned.len() == x.len() => {
            // Two given names say nothing of which is the father's.
            if x.iter().all(given) && turned.iter().all(given) {
                possible(NameReason::MayBeSwapped)
            } else {
                same(NameReason::Order)
            }
        }
        // The shorter one may leave out what stands between the given and the family name.
        NameVerdict::Same if sound && !turned.iter().all(given) => {
            let ends = [found.matched[0].at.0, found.matched[found.matched.len() - 1].at.0];
            if ends == [0, x.len() - 1] { same(NameReason::Order) } else { possible(NameReason::Order) }
        }
        _ => different(NameReason::NothingShared),
    }
}

/// Words of both that stand for one another: where they begin, how many they are, how well they agree.
#[derive(Clone, Copy, Debug)]
struct Match {
    at: (usize, usize),
    count: (usize, usize),
    level: u8,
}

/// The best alignment in order.
#[derive(Clone, Debug, Default)]
struct Alignment {
    matched: Vec<Match>,
}

/// What a match is worth in choosing the alignment; only the order matters.
fn worth(level: u8) -> u32 {
    match level {
        SAME => 8,
        name::CLOSE => 7,
        name::INITIAL => 5,
        name::NEAR => 4,
        _ => 0,
    }
}

/// The alignment of the greatest worth, by dynamic programming. One word may stand for two written apart.
fn aligned(x: &[String], y: &[String]) -> Alignment {
    let columns = y.len() + 1;
    let mut best = vec![(0u32, None::<Match>); (x.len() + 1) * columns];
    for i in 0..=x.len() {
        for j in 0..=y.len() {
            let mut here = (0, None);
            if i > 0 {
                here = (
                    best[(i - 1) * columns + j].0,
                    Some(Match { at: (i - 1, j), count: (1, 0), level: name::DIFFERENT }),
                );
            }
            if j > 0 && (i == 0 || best[i * columns + j - 1].0 > here.0) {
                here = (
                    best[i * columns + j - 1].0,
                    Some(Match { at: (i, j - 1), count: (0, 1), level: name::DIFFERENT }),
                );
            }
            for count in [(1, 1), (2, 1), (1, 2)] {
                if i < count.0 || j < count.1 {
                    continue;
                }
                let at = (i - count.0, j - count.1);
                let level = match count {
                    (1, 1) => agreement(&x[at.0], &y[at.1]),
                    _ if joined(&x[at.0..i]) == joined(&y[at.1..j]) => name::CLOSE,
                    _ => name::DIFFERENT,
                };
                let total = best[at.0 * columns + at.1].0 + worth(level) * (count.0 + count.1) as u32 / 2;
                if level < name::DIFFERENT && total > here.0 {
                    here = (total, Some(Match { at, count, level }));
                }
            }
            best[i * columns + j] = here;
        }
    }
    let mut matched = Vec::new();
    let (mut i, mut j) = (x.len(), y.len());
    while let Some(step) = best[i * columns + j].1 {
        if step.level < name::DIFFERENT {
            matched.push(step);
        }
        (i, j) = step.at;
    }
    matched.reverse();
    Alignment { matched }
}

impl Alignment {
    /// What the alignment says of the two names.
    fn verdict(&self, x: &[String], y: &[String]) -> NameAgreement {
        if self.matched.is_empty() {
            return different(NameReason::NothingShared);
        }
        let (left_x, left_y) = (self.left(x, |m| (m.at.0, m.count.0)), self.left(y, |m| (m.at.1, m.count.1)));
        // Both have something of their own in the same place; a blessing is a name where the other has one.
        let own = |gap: &Gap| gap.own > 0;
        let clash =
            left_x.iter().any(|p| left_y.iter().any(|q| p.place == q.place && (own(p) || own(q)) && p.name && q.name));
        let (rest_x, rest_y) = (left_x.iter().any(own), left_y.iter().any(own));
        let first = self.matched[0];
        let begins = |words: &[String], until: usize| (0..until).all(|at| is_dispensable(words, at));
        let given = begins(x, first.at.0) && begins(y, first.at.1);
        if given && first.count == (1, 1) {
            let (p, q) = (&x[first.at.0], &y[first.at.1]);
            let one = Vocabulary::get().one_name(p, q) == Some(true);
            if !one && x.len().min(y.len()) > 1 && other_sex(p, q) {
                return different(NameReason::OtherSex);
            }
        }
        // Words that lists write as they please make a name no longer.
        let unmatched = |gaps: &[Gap]| gaps.iter().map(|gap| gap.own).sum::<usize>();
        let (long_x, long_y) = (self.matched.len() + unmatched(&left_x), self.matched.len() + unmatched(&left_y));
        match () {
            () if clash && !given => different(NameReason::GivenDiffers),
            () if clash => different(NameReason::PartDiffers),
            () if !given && rest_x && rest_y => different(NameReason::GivenDiffers),
            () if long_x.min(long_y) == 1 && long_x != long_y => possible(NameReason::TooLittle),
            () if !given => possible(NameReason::BeginningMissing),
            () if rest_x && rest_y && self.matched.len() < 3 => possible(NameReason::BothLeaveOut),
            () => self.alike(rest_x || rest_y),
        }
    }

    /// The verdict on names that do not contradict each other: how well what they share agrees.
    fn alike(&self, left_out: bool) -> NameAgreement {
        let count = |level: u8| self.matched.iter().filter(|m| m.level == level).count();
        let sound = count(SAME) + count(name::CLOSE);
        match () {
            () if sound == 0 && count(name::NEAR) == 0 => possible(NameReason::TooLittle),
            () if count(name::NEAR) > 0 => possible(NameReason::Likeness),
            () if count(name::INITIAL) > 0 => same(NameReason::Initial),
            () if left_out => same(NameReason::LeftOut),
            () => same(NameReason::Spelling),
        }
    }

    /// The places at which a name has words that are not matched.
    fn left(&self, words: &[String], side: impl Fn(&Match) -> (usize, usize)) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (place, (from, count)) in self.matched.iter().map(&side).chain([(words.len(), 0)]).enumerate() {
            if at < from {
                let own = (at..from).filter(|&i| !is_dispensable(words, i)).count();
                let name = (at..from).any(|i| !is_dispensable(words, i) || is_blessing(words, i));
                gaps.push(Gap { place, own, name });
            }
            at = from + count;
        }
        gaps
    }
}

/// Words of a name that nothing of the other stands for.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// How many matches go before.
    place: usize,
    /// How many of them are not written or left out as lists please.
    own: usize,
    /// Whether any may be a name proper.
    name: bool,
}

/// Whether lists write a word or leave it out as they please: `Begum`, `Mohammed` before another given name.
fn is_dispensable(words: &[String], at: usize) -> bool {
    Vocabulary::get().is(&words[at], Role::Dispensable) || is_blessing(words, at)
}

/// Whether a word is the name of the Prophet or of the Virgin before the given name proper.
fn is_blessing(words: &[String], at: usize) -> bool {
    let vocabulary = Vocabulary::get();
    let Some(next) = words.get(1).filter(|_| at == 0) else { return false };
    let is = |name: &str| vocabulary.one_name(&words[0], name) == Some(true);
    let before_another = words.len() > 2 || next.starts_with("abdul");
    before_another && (is("mohammed") || is("maria") && vocabulary.is_given(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, verdict: NameVerdict, reason: NameReason) {
        let name = |full: &str| Name { full: Some(full.into()), ..Name::default() };
        let expected = NameAgreement { verdict, reason };
        assert_eq!(names_agree(&name(a), &name(b)), expected, "{a} | {b}");
        assert_eq!(names_agree(&name(b), &name(a)), expected, "{b} | {a}");
    }

    #[test]
    fn every_reason_has_its_case() {
        use NameReason::*;
        use NameVerdict::*;
        check("Ana Mirel", "ana MIREL", Same, Identical);
        check("Ana Mirel", "Anna Mirell", Same, Spelling);
        check("Ana Mirel", "Mirel Ana", Same, Order);
        check("Ali Hasan Omar Torvel", "Ali Torvel", Same, LeftOut);
        check("A. Mirel", "Ana Mirel", Same, Initial);
        check("Torvelin Mirel", "Torvesk Mirel", Possible, Likeness);
        check("Ana", "Ana Mirel", Possible, TooLittle);
        check("Elena Mirel", "Ana Elena Mirel", Possible, BeginningMissing);
        check("Ali Hasan", "Hasan Ali", Possible, MayBeSwapped);
        check("Juan Torvel Vanok", "Juan Carlos Torvel", Possible, BothLeaveOut);
        check("Unknown", "Ana Mirel", Possible, NotKnown);
        check("Ali Hasan Torvel", "Omar Hasan Torvel", Different, GivenDiffers);
        check("Dravek Mirel", "Draveka Mirel", Different, OtherSex);
        check("Doru Vass Jr", "Doru Vass Sr", Different, Generation);
        check("Ali Hasan Torvel", "Ali Omar Torvel", Different, PartDiffers);
        check("Ana Mirel", "Doru Vass", Different, NothingShared);
    }

    #[test]
    fn further_names_count() {
        check("Ana Mirel (born Torvel)", "Ana Torvel", NameVerdict::Same, NameReason::Identical);
        check("Ali Hasan alias Abu Omar", "Abu Omar", NameVerdict::Same, NameReason::Identical);
    }
}
