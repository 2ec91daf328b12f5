//! Where in these texts stands what must not be told?

use super::calendar::{self, Named};
use super::common::{Common, is_running_word};
use super::exact::Exact;
use super::index::{Agreeing, Index, Pair, Single};
use super::letters::{Reading, is_han, is_unseen, runs_on, simpler};
use super::tokens::{Gap, Token, tokens};
use super::units::{Unit, units};
use super::{Finest, Found, Rank, Stretch, Wanted, Way, What};
use factum_link::forms::{self, Likeness, Part, does, likeness};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// At most so many words stand between two words of one name: a particle, a father's name.
const BETWEEN: usize = 2;
/// A name of one word, or a family name by itself, must have this many letters to tell of anybody.
const LONG: usize = 5;
/// The longest form of the Arabic article in Latin letters, `ash`. A word no longer that a hyphen ties to the next is one, whatever a slip
/// made of it.
const ARTICLE: usize = 3;
/// A word that the texts write so often in small letters is a word of theirs and no name.
const IN_SMALL: usize = 2;

/// What each reading agrees with: its word, and whether it was written without vowels.
type Agreements<'a> = FxHashMap<(&'a str, bool), Agreeing>;

/// By month and day: the year, how fine it may be told, whom it concerns.
type Days = FxHashMap<(u8, u8), Vec<(i32, Finest, u32)>>;

/// What must not be told, made ready to be looked for in any number of texts.
pub struct Searcher {
    index: Index,
    places: Index,
    exact: Exact,
    days: Days,
    months: FxHashMap<(i32, u8), Vec<u32>>,
    harmless: FxHashMap<String, Vec<Vec<String>>>,
}

/// Something found, before it is weighed against what may stand there.
struct Candidate {
    from: usize,
    to: usize,
    rank: Rank,
    way: Way,
    /// How many words agree only nearly.
    off: usize,
    /// Whom it concerns; nothing where it may stand.
    subject: Option<u32>,
}

/// A text with its words and what they agree with.
struct Prepared<'a> {
    stretch: Stretch<'a>,
    letters: Vec<char>,
    tokens: Vec<Token>,
    units: Vec<Unit>,
    /// For each word, up to where a harmless phrase that covers it reaches: first and last word.
    harmless: Vec<Option<(usize, usize)>>,
}

/// What the readings of all texts agree with.
struct Known<'a> {
    names: Agreements<'a>,
    places: Agreements<'a>,
    /// Words that the texts write in small letters.
    small: FxHashSet<&'a str>,
}

impl Searcher {
    /// Makes what is wanted ready.
    pub fn new(wanted: &Wanted) -> Self {
        let mut exact = Exact::default();
        let mut days: Days = FxHashMap::default();
        let mut months: FxHashMap<(i32, u8), Vec<u32>> = FxHashMap::default();
        for secret in &wanted.secrets {
            match &secret.what {
                What::Exactly(text) => exact.add(text, secret.subject),
                What::Day { year, month, day, finest } => {
                    days.entry((*month, *day)).or_default().push((*year, *finest, secret.subject));
                    if *finest == Finest::Year {
                        months.entry((*year, *month)).or_default().push(secret.subject);
                    }
                }
                What::Person(_) | What::Place(_) => {}
            }
        }
        let mut harmless: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
        for phrase in &wanted.harmless {
            let words = forms::latin(phrase);
            if let Some(first) = words.first() {
                harmless.entry(first.clone()).or_default().push(words);
            }
        }
        Self {
            index: Index::new(&wanted.secrets, &wanted.allowed),
            places: Index::of_places(&wanted.secrets),
            exact,
            days,
            months,
            harmless,
        }
    }

    /// Searches texts, all of which belong to one publication: what is an ordinary word in one of them is so in all. What is found
    /// comes in the order of the texts.
    pub fn search(&self, stretches: &[Stretch<'_>]) -> Vec<Found> {
        let prepared: Vec<Prepared<'_>> = stretches.par_iter().map(|stretch| self.prepare(*stretch)).collect();
        let known = self.known(&prepared);
        let found: Vec<Vec<Found>> = prepared
            .par_iter()
            .enumerate()
            .map(|(number, text)| settle(number, self.candidates(text, &known)))
            .collect();
        found.into_iter().flatten().collect()
    }

    fn prepare<'a>(&self, stretch: Stretch<'a>) -> Prepared<'a> {
        let tokens = tokens(stretch.text, stretch.prose);
        let units = units(&tokens, stretch.visual);
        let harmless = self.covered(&tokens);
        Prepared { stretch, letters: stretch.text.chars().collect(), tokens, units, harmless }
    }

    /// Which words stand in harmless phrases.
    fn covered(&self, tokens: &[Token]) -> Vec<Option<(usize, usize)>> {
        let mut covered = vec![None; tokens.len()];
        if self.harmless.is_empty() {
            return covered;
        }
        let plain: Vec<Vec<String>> = tokens.iter().map(|token| forms::latin(&token.text)).collect();
        for (at, words) in plain.iter().enumerate() {
            let phrases = words.first().and_then(|first| self.harmless.get(first)).into_iter().flatten();
            for phrase in phrases {
                let mut rest = phrase.as_slice();
                let mut end = at;
                while let Some(left) = plain.get(end).and_then(|words| rest.strip_prefix(words.as_slice()))
                    && !rest.is_empty()
                {
                    rest = left;
                    end += 1;
                }
                if rest.is_empty() && end > at {
                    let longer = |place: &Option<(usize, usize)>| place.is_none_or(|(a, b)| b - a < end - 1 - at);
                    covered[at..end].iter_mut().filter(|p| longer(p)).for_each(|p| *p = Some((at, end - 1)));
                }
            }
        }
        covered
    }

    fn known<'a>(&self, prepared: &'a [Prepared<'_>]) -> Known<'a> {
        let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
        let mut all: FxHashMap<(&str, bool), &Reading> = FxHashMap::default();
        for text in prepared {
            for unit in &text.units {
                all.extend(unit.readings.iter().map(|reading| ((reading.word.as_str(), reading.bare), reading)));
                let alone = unit.first == unit.last && text.stretch.prose;
                if alone && text.tokens.get(unit.first).is_some_and(|t| t.capital == Some(false)) {
                    unit.readings.first().into_iter().for_each(|one| *counts.entry(&one.word).or_default() += 1);
                }
            }
        }
        let mut all: Vec<((&str, bool), &Reading)> = all.into_iter().collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        let agreeing = |index: &Index| -> Agreements<'a> {
            let looked_up = all.par_iter().map(|(key, reading)| (*key, index.agreeing(reading)));
            looked_up.filter(|(_, agreeing)| !agreeing.is_empty()).collect::<Vec<_>>().into_iter().collect()
        };
        let small = counts.into_iter().filter(|(_, count)| *count >= IN_SMALL).map(|(word, _)| word).collect();
        Known { names: agreeing(&self.index), places: agreeing(&self.places), small }
    }

    fn candidates(&self, text: &Prepared<'_>, known: &Known<'_>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (agreeing, index, place) in [(&known.names, &self.index, false), (&known.places, &self.places, true)] {
            let matched: Vec<(&Unit, Vec<Met<'_>>)> = text
                .units
                .iter()
                .filter_map(|unit| {
                    let met = met(unit, agreeing);
                    (!met.is_empty()).then_some((unit, met))
                })
                .collect();
            let work = Work { text, index, known, place };
            text.units.iter().for_each(|unit| work.account(unit, &mut found));
            for (at, (unit, words)) in matched.iter().enumerate() {
                work.singles(unit, words, &mut found);
                for (other, others) in matched.iter().skip(at + 1) {
                    if other.first > unit.last + BETWEEN + 1 {
                        break;
                    }
                    if other.first > unit.last {
                        work.pairs((unit, words), (other, others), &mut found);
                    }
                }
            }
        }
        self.running(text, &mut found);
        self.told_exactly(text, &mut found);
        found
    }

    /// Names in scripts that run on.
    fn running(&self, text: &Prepared<'_>, found: &mut Vec<Candidate>) {
        if self.index.running.is_empty() {
            return;
        }
        let seen = text.letters.iter().enumerate().filter(|(_, c)| !is_unseen(**c) && !c.is_whitespace());
        let stream: Vec<(usize, char)> = seen.map(|(at, c)| (at, simpler(*c))).collect();
        for (start, (from, first)) in stream.iter().enumerate().filter(|(_, (_, c))| runs_on(*c)) {
            for (characters, entry) in self.index.running.get(first).into_iter().flatten() {
                let Some(there) = stream.get(start..start + characters.len()) else { continue };
                let (Some((to, _)), true) = (there.last(), there.iter().map(|(_, c)| c).eq(characters)) else {
                    continue;
                };
                let short = characters.len() < 3;
                if short && is_running_word(&characters.iter().collect::<String>()) {
                    continue;
                }
                let entry = &self.index.entries[*entry as usize];
                found.push(Candidate {
                    from: *from,
                    to: to + 1,
                    rank: if short { Rank::Likely } else { Rank::Certain },
                    way: Way::WholeName,
                    off: 0,
                    subject: (!entry.allowed).then_some(entry.subject),
                });
            }
        }
    }

    fn told_exactly(&self, text: &Prepared<'_>, found: &mut Vec<Candidate>) {
        for (from, to, subject) in self.exact.find(text.stretch.text) {
            let (rank, way) = (Rank::Certain, Way::Exactly);
            found.push(Candidate { from, to, rank, way, off: 0, subject: Some(subject) });
        }
        if self.days.is_empty() {
            return;
        }
        for Named { from, to, year, month, day } in calendar::named(text.stretch.text) {
            let mut say = |rank: Rank, subject: u32| {
                found.push(Candidate { from, to, rank, way: Way::Day, off: 0, subject: Some(subject) });
            };
            match (year, day) {
                (year, Some(day)) => {
                    for (known, _, subject) in self.days.get(&(month, day)).into_iter().flatten() {
                        match year {
                            Some(year) if year == *known => say(Rank::Likely, *subject),
                            Some(_) => {}
                            None => say(Rank::Possible, *subject),
                        }
                    }
                }
                (Some(year), None) => {
                    self.months.get(&(year, month)).into_iter().flatten().for_each(|s| say(Rank::Likely, *s));
                }
                (None, None) => {}
            }
        }
    }
}

/// A word of names with which a unit agrees.
#[derive(Clone, Copy)]
struct Met<'a> {
    number: u32,
    same: bool,
    /// Only somewhat alike: it needs another word that is more.
    near: bool,
    reading: &'a str,
    /// Whether it was written without its vowels.
    bare: bool,
    /// How common what is read is.
    common: Option<Common>,
    /// Whether what was written is a word of ordinary sentences, however it is read.
    ordinary: bool,
}

/// The words of names that a unit may be, ascending by their numbers. Of several readings that agree with one word the first counts.
fn met<'a>(unit: &'a Unit, agreeing: &Agreements<'_>) -> Vec<Met<'a>> {
    let mut all: Vec<Met<'a>> = Vec::new();
    for Reading { word: reading, bare, common, ordinary } in &unit.readings {
        for (number, level) in agreeing.get(&(reading.as_str(), *bare)).into_iter().flatten() {
            let (same, near) = (*level == Likeness::Same, *level == Likeness::Near);
            let (bare, common, ordinary) = (*bare, *common, *ordinary);
            all.push(Met { number: *number, same, near, reading, bare, common, ordinary });
        }
    }
    all.sort_by_key(|met| met.number);
    all.dedup_by(|again, met| {
        let is_one = again.number == met.number;
        if is_one {
            (met.same, met.near) = (met.same || again.same, met.near && again.near);
        }
        is_one
    });
    all
}

/// Those of several words with which one makes a pair. A unit may be hundreds of words, of which few stand in a name with another.
fn paired<'m, 'a>(partners: &'m [u32], others: &'m [Met<'a>]) -> impl Iterator<Item = &'m Met<'a>> {
    let at = |number: &u32| others.binary_search_by_key(number, |met| met.number).ok();
    partners.iter().filter_map(move |number| others.get(at(number)?))
}

/// What is at hand when the words of one text are weighed.
struct Work<'a> {
    text: &'a Prepared<'a>,
    index: &'a Index,
    known: &'a Known<'a>,
    place: bool,
}

impl Work<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.text.tokens.get(at)
    }

    /// Whether a unit may be a name by how it is written: in sentences of a script that has capitals, names have one, or an article before
    /// them that a hyphen ties.
    fn as_name(&self, unit: &Unit) -> bool {
        let tied = |token: &Token| {
            let article = unit.first.checked_sub(1).and_then(|before| self.token(before));
            token.gap == Gap::Hyphen
                && article.is_some_and(|word| does(&forms::latin(&word.text).concat(), Part::Particle))
        };
        let small = |token: &Token| token.capital == Some(false) && !tied(token);
        !self.text.stretch.prose || !self.token(unit.first).is_some_and(small)
    }

    fn is_harmless(&self, first: usize, last: usize) -> bool {
        self.text.harmless.get(first).copied().flatten().is_some_and(|(a, b)| a <= first && last <= b)
    }

    fn say(
        &self,
        (first, last): (usize, usize),
        rank: Rank,
        way: Way,
        off: usize,
        entry: u32,
        found: &mut Vec<Candidate>,
    ) {
        let (Some(begin), Some(end)) = (self.token(first), self.token(last)) else { return };
        // A place that must not be told is not harmless because it is one.
        if !self.place && self.is_harmless(first, last) {
            return;
        }
        let entry = &self.index.entries[entry as usize];
        let way = if self.place { Way::Place } else { way };
        let subject = (!entry.allowed).then_some(entry.subject);
        found.push(Candidate { from: begin.from, to: end.to, rank, way, off, subject });
    }

    /// Two units that may be two words of one name.
    fn pairs(
        &self,
        (unit, words): (&Unit, &[Met<'_>]),
        (other, others): (&Unit, &[Met<'_>]),
        found: &mut Vec<Candidate>,
    ) {
        let Some(comma) = self.stand_together(unit, other) else { return };
        // Two Chinese characters sound like too many others; a name of three does not.
        let one =
            |unit: &Unit| unit.first == unit.last && self.token(unit.first).is_some_and(|t| t.text.contains(is_han));
        if one(unit) && one(other) {
            return;
        }
        // Two Chinese characters sound like too many others; three that sound exactly like a name do not.
        let han = |unit: &Unit| self.token(unit.first).is_some_and(|t| t.text.contains(is_han));
        let (chinese, single) = (han(unit) || han(other), unit.first == unit.last && other.first == other.last);
        if chinese && single {
            return;
        }
        let named = (self.as_name(unit), self.as_name(other));
        for x in words {
            for y in paired(self.index.partners(x.number), others) {
                let key = (x.number.min(y.number), x.number.max(y.number));
                let Some(entries) = self.index.pairs.get(&key) else { continue };
                if !self.may_be_two_words(x, y, named) || (chinese && !(x.same && y.same)) {
                    continue;
                }
                let off = [x, y].into_iter().map(|met| usize::from(!met.same) + usize::from(met.near)).sum();
                for (entry, pair, head) in entries {
                    // A comma stands after the family name; between given and family name it parts two people.
                    if comma && self.text.stretch.prose && *head == x.number && x.number != y.number {
                        continue;
                    }
                    let (rank, way) = match pair {
                        Pair::Whole => (Rank::Certain, Way::WholeName),
                        Pair::Part => (Rank::Possible, Way::PartOfName),
                    };
                    self.say((unit.first, other.last), rank, way, off, *entry, found);
                }
            }
        }
    }

    /// Whether what parts two units lets them be one name, and if so, whether a comma is among it.
    fn stand_together(&self, unit: &Unit, other: &Unit) -> Option<bool> {
        let mut comma = false;
        let mut strangers = 0;
        for at in unit.last + 1..=other.first {
            let token = self.token(at)?;
            comma |= token.gap == Gap::Comma;
            if token.gap == Gap::Stop {
                return None;
            }
            if at < other.first {
                let word = forms::latin(&token.text).concat();
                let hyphen = self.token(at + 1).is_some_and(|next| next.gap == Gap::Hyphen);
                let article = does(&word, Part::Particle) || (hyphen && word.len() <= ARTICLE);
                let ties = word.len() <= 1 || article || does(&word, Part::Title);
                if !ties {
                    strangers += 1;
                    let function = Reading::new(word, &token.text).common == Some(Common::Function);
                    if strangers > 1 || function || (self.text.stretch.prose && token.capital == Some(false)) {
                        return None;
                    }
                }
            }
        }
        Some(comma)
    }

    fn may_be_two_words(&self, x: &Met<'_>, y: &Met<'_>, named: (bool, bool)) -> bool {
        let function = |met: &Met<'_>| met.common == Some(Common::Function);
        // Whoever writes a name in small letters, and does so again, makes no ordinary words of it.
        let exact = x.same && y.same;
        let ordinary = |met: &Met<'_>| met.common.is_some() || (!exact && self.known.small.contains(met.reading));
        if x.near && y.near {
            return false;
        }
        let near = [x, y].into_iter().filter(|met| !met.same);
        // What only resembles a name and is a word that sentences are made of is that word.
        if near.clone().any(function) || (x.ordinary && y.ordinary && near.clone().any(|met| met.near)) {
            return false;
        }
        if named == (true, true) {
            return near.clone().count() < 2
                || near.clone().any(|met| met.reading.len() > 3)
                || !function(x) && !function(y);
        }
        // In small letters within sentences, two ordinary words are no name, and one of the two must be exact.
        let sure = |met: &Met<'_>| met.same || (met.reading.len() >= LONG && !met.near && !ordinary(met));
        (x.same || y.same) && sure(x) && sure(y) && !(ordinary(x) && ordinary(y)) && !function(x) && !function(y)
    }

    /// Units that tell of somebody without another word of the name.
    fn singles(&self, unit: &Unit, words: &[Met<'_>], found: &mut Vec<Candidate>) {
        // Two Chinese characters in one are a word more often than a name.
        if self.token(unit.first).is_some_and(|t| t.text.contains(is_han)) {
            return;
        }
        for met in words.iter().filter(|met| !met.near) {
            let word = &self.index.words[met.number as usize];
            // Where nobody wrote the vowels, many words are like many names: they tell of somebody beside another word only.
            let written = !met.bare && matches!(likeness(&word.text, met.reading), Likeness::Same | Likeness::Close);
            let heard = met.same || written;
            if !heard {
                continue;
            }
            let ordinary = word.common.is_some() || met.common.is_some();
            let small = self.known.small.contains(met.reading);
            let long = met.reading.len() >= LONG;
            let off = usize::from(!met.same);
            let span = (unit.first, unit.last);
            for (entry, single) in self.index.singles.get(&met.number).into_iter().flatten() {
                match single {
                    Single::Only if self.place => {
                        let sure = met.same || (long && !small);
                        if sure && !ordinary && self.as_name(unit) {
                            self.say(span, Rank::Likely, Way::Place, off, *entry, found);
                        }
                    }
                    Single::Only => {
                        let telling = !ordinary && !small && !word.given && (met.same || long) && met.reading.len() > 3;
                        if telling && self.as_name(unit) {
                            self.say(span, Rank::Likely, Way::OneWord, off, *entry, found);
                        }
                    }
                    Single::Whole => {
                        // Two long words run together resemble others by their ends alone.
                        let begins = word.text.get(..2) == met.reading.get(..2) && unit.first == unit.last;
                        let alike = begins && self.as_name(unit) && met.reading.len() >= LONG + 3;
                        let sure = met.same || (alike && !small);
                        if sure && met.common.is_none() {
                            self.say(span, Rank::Certain, Way::Together, off, *entry, found);
                        }
                    }
                    Single::Family if self.place => {}
                    Single::Family => {
                        if self.as_name(unit) && (met.same || long) {
                            let rare = !ordinary && !small && !word.given;
                            self.family(unit, *entry, rare && long, off, found);
                        }
                    }
                }
            }
        }
    }

    /// First letter and family name in one word, where an address or a file's name stands.
    fn account(&self, unit: &Unit, found: &mut Vec<Candidate>) {
        if self.index.accounts.is_empty() || !self.is_account(unit) {
            return;
        }
        for reading in unit.readings.iter().filter(|reading| reading.common.is_none()) {
            for entry in self.index.accounts.get(&reading.word).into_iter().flatten() {
                self.say((unit.first, unit.last), Rank::Likely, Way::Together, 0, *entry, found);
            }
        }
    }

    /// A family name without a given name: what stands beside it?
    fn family(&self, unit: &Unit, entry: u32, rare: bool, off: usize, found: &mut Vec<Candidate>) {
        let initial = self.index.entries[entry as usize].initial;
        if let Some((first, last, clear)) = self.beside(unit, initial) {
            let rank = if clear { Rank::Likely } else { Rank::Possible };
            self.say((first, last), rank, Way::Initial, off, entry, found);
        }
        let before = unit.first.checked_sub(1).and_then(|at| self.token(at));
        let titled = before.is_some_and(|token| {
            let here = self.token(unit.first).map(|t| t.gap);
            matches!(here, Some(Gap::Space | Gap::Point)) && does(&forms::latin(&token.text).concat(), Part::Title)
        });
        if titled && rare {
            self.say((unit.first - 1, unit.last), Rank::Likely, Way::Titled, off, entry, found);
        } else if rare && off == 0 {
            self.say((unit.first, unit.last), Rank::Possible, Way::FamilyAlone, off, entry, found);
        }
    }

    /// The initial that stands before or after a family name: the words taken together, and whether a point makes it clear.
    fn beside(&self, unit: &Unit, initial: Option<u8>) -> Option<(usize, usize, bool)> {
        let initial = initial?;
        let letter = |at: usize| -> Option<u8> {
            let token = self.token(at).filter(|token| token.text.chars().count() == 1)?;
            if self.text.stretch.prose && token.capital == Some(false) {
                return None;
            }
            forms::latin(&token.text).concat().bytes().next()
        };
        let pointed = |at: usize| self.token(at).is_some_and(|t| self.text.letters.get(t.to) == Some(&'.'));
        let clear = |at: usize| pointed(at) || !self.text.stretch.prose;
        let ties = |at: usize| self.token(at).is_some_and(|t| !matches!(t.gap, Gap::Stop));
        // The given name's initial stands first of several.
        for back in 1..=2_usize {
            let Some(at) = unit.first.checked_sub(back) else { break };
            if letter(at).is_none() || !ties(at + 1) {
                break;
            }
            if letter(at) == Some(initial) {
                return Some((at, unit.last, clear(at)));
            }
        }
        let at = unit.last + 1;
        (letter(at) == Some(initial) && ties(at)).then(|| (unit.first, at, clear(at)))
    }

    /// Whether a unit stands as an address or a file has it.
    fn is_account(&self, unit: &Unit) -> bool {
        let after = self.token(unit.last).and_then(|token| self.text.letters.get(token.to));
        let before = self.token(unit.first).and_then(|token| self.text.letters.get(token.from.checked_sub(1)?));
        !self.text.stretch.prose || after == Some(&'@') || matches!(before, Some('@' | '/'))
    }
}

/// What stays of what was found in one text: nothing that may stand there, and of what overlaps, the surest.
fn settle(stretch: usize, all: Vec<Candidate>) -> Vec<Found> {
    let allowed: Vec<(usize, usize, usize)> =
        all.iter().filter(|c| c.subject.is_none()).map(|c| (c.from, c.to, c.off)).collect();
    let may_stand =
        |c: &Candidate| allowed.iter().any(|(from, to, off)| *from <= c.from && c.to <= *to && *off <= c.off);
    let mut left: Vec<(&Candidate, u32)> =
        all.iter().filter(|c| !may_stand(c)).filter_map(|c| Some((c, c.subject?))).collect();
    left.sort_by_key(|(c, subject)| (c.rank, c.off, c.to.abs_diff(c.from), c.from, c.way, *subject));
    let mut found: Vec<Found> = Vec::new();
    for (c, subject) in left {
        let overlaps = |f: &&mut Found| f.from < c.to && c.from < f.to;
        match found.iter_mut().find(overlaps) {
            Some(known) if known.rank == c.rank && (known.from, known.to) == (c.from, c.to) => {
                known.subjects.push(subject)
            }
            Some(_) => {}
            None => {
                let Candidate { from, to, rank, way, .. } = *c;
                found.push(Found { stretch, from, to, rank, way, subjects: vec![subject] });
            }
        }
    }
    for one in &mut found {
        one.subjects.sort_unstable();
        one.subjects.dedup();
    }
    found.sort_by_key(|f| (f.from, f.to));
    found
}
