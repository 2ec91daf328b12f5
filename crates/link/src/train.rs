//! What do matches look like, when nobody has said which pairs match?
//!
//! Expectation-maximisation on counts of patterns (Jaro 1989; Enamorado, Fifield & Imai 2019): the cost is that of a few
//! thousand patterns, whatever the number of pairs. Where every pair is compared, all chances are learned together. Where
//! rules choose the pairs, those of strangers come from frequencies and from randomly drawn pairs, and a pair teaches about a
//! field only if a rule makes it that does not hold the field equal.

use crate::counts::Key;
use crate::field::MISSING;
use crate::model::{
    CLASSES, EVENT, FieldModel, KIN, LevelModel, MATCH, Model, Prior, Scorer, UNRELATED, is_shared, log_odds,
    probability,
};
use crate::rows::Rows;
use crate::strangers::{shares, strangers};
use crate::{Field, Pattern};
use rayon::prelude::*;

/// EM stops when no probability moves by more than this.
const SETTLED: f64 = 1e-5;

/// EM creeps where fields tell little. A round runs over patterns, not over pairs.
const MAX_ITERATIONS: usize = 1000;

/// What still moves by less than this when EM is stopped creeps, and changes no weight by a tenth of a bit.
const CREEPING: f64 = 1e-4;

/// What moves in the classes of few pairs, kin and people struck by one event, counts this much: it hardly reaches the weights.
const OTHERS_MOVE: f64 = 0.05;

/// How many matches the starting values of `m` count for, once and for all: enough that a level no match shows keeps a
/// chance, too little to matter where there is evidence.
const PRIOR_MATCHES: f64 = 2.0;

/// How many matches the frequencies of values count for, when full agreement is split by rarity: matches carry names as
/// everybody does, so only many of them may say otherwise.
const PRIOR_STRATA: f64 = 50.0;

/// How many matches count for the shape of contradictions, when these are split into nearer and farther ones: half of them
/// miss by a little as often as by much, half are any other value, as between strangers. Few matches contradict each other,
/// and the nearest levels are where strangers who share a name are taken for matches.
const PRIOR_CONTRADICTIONS: f64 = 10.0;

/// How many pairs the starting values of kin and of people struck by one event count for: they are few, and what is meant by
/// them must not drift.
const PRIOR_OTHERS: f64 = 50.0;

/// A class of fewer pairs than this teaches nothing of itself and keeps what is meant by it; it would only wander.
const LEAST_OTHERS: f64 = 10.0;

/// Contradictions this near to their limit are held by it; EM comes nearer than that.
pub(crate) const PRESSING: f64 = 1e-3;

/// Pairs this likely without a field show what matches look like in it: one in a hundred of them may be wrong, which moves
/// a share of three in ten by less than one in a hundred.
const SURE: f64 = 0.99;

/// A field in which fewer expected matches than this were seen is called untrained.
const TRAINED: f64 = 10.0;

/// Between two lists there is at least half a match: zero would forbid what was only not seen.
const LEAST_MATCHES: f64 = 0.5;

/// Two lists have at most this many matches for each record of the shorter: one if neither repeats anybody, and room for
/// lists that do. Without the limit EM can take pairs of people with similar names for matches, of which there are far more.
const MOST_BETWEEN: f64 = 1.5;

/// A list has at most this many matches within itself for each record: everyone recorded seven times.
const MOST_WITHIN: f64 = 3.0;

/// Pairs of one pattern that teach about the same fields.
#[derive(Clone, Debug)]
struct Group {
    pattern: Pattern,
    /// One bit a field, by its index: whether these pairs teach about it.
    teaches: u16,
    /// What people judged of these pairs, where they did.
    judged: Option<bool>,
    /// How many pairs, by pair of lists.
    pairs: Vec<(u16, f64)>,
}

/// Every field.
pub(crate) const TEACHES_ALL: u16 = u16::MAX;

/// What EM learns from: pairs by pattern, so that a round costs by patterns, whatever the number of pairs and lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups(Vec<Group>);

impl Groups {
    /// Groups pairs by key and by what they teach; each key and teaching comes once or several times, with its pairs.
    pub(crate) fn new(mut pairs: Vec<(Key, u16, u64)>) -> Self {
        pairs.par_sort_unstable_by_key(|(key, teaches, _)| (key.pattern(), *teaches, key.lists()));
        let mut groups: Vec<Group> = Vec::new();
        for (key, teaches, n) in pairs {
            let (pattern, lists, n) = (key.pattern(), key.lists(), n as f64);
            match groups.last_mut().filter(|g| g.pattern == pattern && g.teaches == teaches) {
                Some(group) => match group.pairs.last_mut().filter(|p| p.0 == lists) {
                    Some(known) => known.1 += n,
                    None => group.pairs.push((lists, n)),
                },
                None => groups.push(Group { pattern, teaches, judged: None, pairs: vec![(lists, n)] }),
            }
        }
        Self(groups)
    }

    /// Takes a judged pair out of its group, into one whose class is known.
    pub(crate) fn judge(&mut self, key: Key, teaches: u16, same: bool) {
        let (pattern, lists) = (key.pattern(), key.lists());
        if let Ok(at) = self.0.binary_search_by_key(&(pattern, teaches), |g| (g.pattern, g.teaches))
            && let Some(known) = self.0[at].pairs.iter_mut().find(|p| p.0 == lists && p.1 >= 1.0)
        {
            known.1 -= 1.0;
        }
        self.0.push(Group { pattern, teaches: TEACHES_ALL, judged: Some(same), pairs: vec![(lists, 1.0)] });
    }
}

/// For each pair of lists, how many pairs of records there are and how many of them can match at the most.
pub(crate) fn pairs_by_lists(rows: &Rows<'_>) -> Vec<(u64, f64)> {
    let set = rows.set;
    let mut sizes = vec![0u64; set.lists.len()];
    set.list.iter().for_each(|&l| sizes[l as usize] += 1);
    let mut pairs = Vec::new();
    for high in 0..sizes.len() {
        for low in 0..=high {
            let (few, many) = (sizes[low].min(sizes[high]), sizes[low].max(sizes[high]));
            pairs.push(match low == high {
                true if set.lists[low].deduplicated => (0, 0.0),
                true => (few * few.saturating_sub(1) / 2, MOST_WITHIN * few as f64),
                false => (few * many, MOST_BETWEEN * few as f64),
            });
        }
    }
    pairs
}

/// What a round of EM learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learning {
    /// Everything: every pair was compared.
    All,
    /// Everything but strangers: rules chose the pairs, which are a fair share of those the rules make.
    Chosen,
    /// Matches only: of the pairs that rules made, only those worth keeping are there.
    Matches,
}

/// The state of EM. Chances are by class, field and level, level 0 unused.
#[derive(Clone)]
pub(crate) struct Em<'a> {
    rows: &'a Rows<'a>,
    fields: Vec<Field>,
    start: [Vec<Vec<f64>>; CLASSES],
    chances: [Vec<Vec<f64>>; CLASSES],
    /// By field, for each run of strata the share that frequencies give each stratum.
    shares: Vec<Vec<Vec<f64>>>,
    /// Expected matches seen by field.
    seen: Vec<f64>,
    /// By field, the most that matches may contradict each other in it.
    most_contradictions: Vec<f64>,
    /// By pair of lists: pairs of records, and the most matches.
    pairs: Vec<(u64, f64)>,
    lambda: Vec<f64>,
    share: [f64; CLASSES],
    pub iterations: usize,
    pub converged: bool,
}

impl<'a> Em<'a> {
    /// Starts from what drawn pairs and frequencies say of strangers; nothing about a particular list is in the rest.
    pub(crate) fn new(rows: &'a Rows<'a>, fields: &[Field], drawn: &[(Key, u64)]) -> Self {
        let shares: Vec<Vec<Vec<f64>>> = fields.iter().map(|&f| shares(rows, f)).collect();
        let strangers: Vec<Vec<f64>> = fields.iter().map(|&f| strangers(rows, f, drawn)).collect();
        let start = |class: usize| -> Vec<Vec<f64>> {
            let of = |(k, &field): (usize, &Field)| match is_shared(class, field) {
                true => starting(class, field, &shares[k], &strangers[k]),
                false => strangers[k].clone(),
            };
            fields.iter().enumerate().map(of).collect()
        };
        let pairs = pairs_by_lists(rows);
        // One record in ten on the shorter list is a fair first guess for an overlap; EM moves it at once.
        let first = |&(p, most): &(u64, f64)| if p == 0 { 0.0 } else { (0.1 * most / p as f64).clamp(1e-12, 0.5) };
        let all: f64 = pairs.iter().map(|p| p.0 as f64).sum::<f64>().max(1.0);
        let one_a_record = (rows.set.len() as f64 / all).min(0.01);
        Self {
            rows,
            fields: fields.to_vec(),
            chances: std::array::from_fn(start),
            start: std::array::from_fn(start),
            shares,
            seen: vec![0.0; fields.len()],
            most_contradictions: vec![MOST_CONTRADICTIONS; fields.len()],
            lambda: pairs.iter().map(first).collect(),
            pairs,
            share: [0.0, 1.0 - 2.0 * one_a_record, one_a_record, one_a_record],
            iterations: 0,
            converged: false,
        }
    }

    /// Repeats until nothing moves; then again, where matches turn out to contradict each other more than they may without
    /// proof.
    pub(crate) fn run(&mut self, groups: &Groups, learning: Learning, weight: f64) {
        self.settle(groups, learning, weight);
        while self.grant_contradictions(groups) {
            self.settle(groups, learning, weight);
        }
    }

    /// Raises the limit of contradictions in fields that press against it, to the share of contradictions among pairs that
    /// the other fields alone make sure. Says whether any was raised; each is raised once at the most.
    fn grant_contradictions(&mut self, groups: &Groups) -> bool {
        let scorer = self.scorer();
        let mut raised = false;
        for k in 0..self.fields.len() {
            let from = usize::from(self.fields[k].contradicts_from());
            let contradictions: f64 = self.chances[MATCH][k][from..].iter().sum();
            let presses = contradictions > MOST_CONTRADICTIONS - PRESSING;
            if self.most_contradictions[k] > MOST_CONTRADICTIONS || !presses {
                continue;
            }
            let (sure, differing) = self.sure_without(k, &scorer, groups);
            let share = differing / sure.max(1.0);
            // Two standard errors: what a few pairs show by chance proves nothing.
            if share - 2.0 * (share * (1.0 - share) / sure.max(1.0)).sqrt() > MOST_CONTRADICTIONS {
                self.most_contradictions[k] = share;
                raised = true;
            }
        }
        raised
    }

    /// Pairs that all fields but one make sure and of which both records say the one, and how many of them contradict each
    /// other in it.
    fn sure_without(&self, k: usize, scorer: &Scorer, groups: &Groups) -> (f64, f64) {
        let field = self.fields[k];
        let (mut sure, mut differing) = (0.0, 0.0);
        for group in groups.0.iter().filter(|g| g.teaches >> field.index() & 1 == 1) {
            let level = group.pattern.level(field);
            if level == MISSING {
                continue;
            }
            let mut classes = scorer.classes(group.pattern);
            classes.iter_mut().zip(&scorer.ln).for_each(|(sum, ln)| *sum -= ln[k][usize::from(level)]);
            let others = Others::new(scorer, &classes);
            for &(lists, n) in &group.pairs {
                let p = match group.judged {
                    Some(same) => f64::from(same),
                    None => probability(scorer.prior[usize::from(lists)] + classes[MATCH] - others.ln_sum),
                };
                if p >= SURE {
                    sure += n;
                    differing += if level >= field.contradicts_from() { n } else { 0.0 };
                }
            }
        }
        (sure, differing)
    }

    fn settle(&mut self, groups: &Groups, learning: Learning, weight: f64) {
        let mut moved = f64::INFINITY;
        for _ in 0..MAX_ITERATIONS {
            self.iterations += 1;
            moved = self.step(groups, learning, weight);
            if moved < SETTLED {
                break;
            }
        }
        self.converged = moved < CREEPING;
    }

    /// One round of expectation and maximisation; returns the largest move. `weight` is how many pairs each of these stands
    /// for.
    fn step(&mut self, groups: &Groups, learning: Learning, weight: f64) -> f64 {
        let mut sums = self.expect(groups, learning);
        let mut moved = 0.0f64;
        for k in 0..self.fields.len() {
            let field = self.fields[k];
            self.seen[k] = sums.levels[MATCH][k][1..].iter().sum::<f64>() * weight;
            for class in 0..CLASSES {
                let learned = match (class, learning) {
                    (MATCH, _) => true,
                    (UNRELATED, Learning::All) => true,
                    (KIN | EVENT, Learning::All | Learning::Chosen) => {
                        is_shared(class, field) && sums.classes[class] * weight >= LEAST_OTHERS
                    }
                    _ => false,
                };
                if !learned {
                    continue;
                }
                let mut totals = std::mem::take(&mut sums.levels[class][k]);
                match class {
                    MATCH => {
                        add(&mut totals, &self.start[class][k], PRIOR_MATCHES);
                        split(&mut totals, field, &self.shares[k]);
                        shape_contradictions(&mut totals, field, &self.chances[UNRELATED][k]);
                        hold_together(&mut totals, field, self.most_contradictions[k]);
                    }
                    UNRELATED => totals[1..].iter_mut().for_each(|t| *t += 0.5),
                    _ => {
                        add(&mut totals, &self.start[class][k], PRIOR_OTHERS);
                        hold_together(&mut totals, field, MOST_CONTRADICTIONS);
                    }
                }
                normalise(&mut totals, field);
                let by = replace(&mut self.chances[class][k], totals);
                moved = moved.max(if matches!(class, KIN | EVENT) { OTHERS_MOVE * by } else { by });
            }
            // Where kin and people struck by one event are as strangers, they follow them.
            for class in [KIN, EVENT] {
                if learning == Learning::All && !is_shared(class, field) {
                    self.chances[class][k] = self.chances[UNRELATED][k].clone();
                }
            }
        }
        moved.max(self.move_priors(&sums, learning, weight))
    }

    fn move_priors(&mut self, sums: &Sums, learning: Learning, weight: f64) -> f64 {
        let mut moved = 0.0f64;
        for ((lambda, expected), &(pairs, most)) in self.lambda.iter_mut().zip(&sums.matches).zip(&self.pairs) {
            if pairs > 0 {
                let new = ((expected * weight).min(most).max(LEAST_MATCHES) / pairs as f64).min(0.99);
                moved = moved.max(((new - *lambda) / new).abs() * 1e-3);
                *lambda = new;
            }
        }
        if learning != Learning::Matches {
            let all: f64 = self.pairs.iter().map(|p| p.0 as f64).sum::<f64>().max(1.0);
            for class in [KIN, EVENT] {
                // At least one pair, at most one pair in ten: a class that is everywhere is none.
                self.share[class] = (sums.classes[class] * weight).clamp(1.0, 0.1 * all.max(10.0)) / all;
            }
            self.share[UNRELATED] = (1.0 - self.share[KIN] - self.share[EVENT]).max(0.5);
        }
        moved
    }

    /// Sums of responsibilities.
    fn expect(&self, groups: &Groups, learning: Learning) -> Sums {
        let scorer = self.scorer();
        let part = |groups: &[Group]| {
            let mut sums = Sums::new(&self.fields, self.pairs.len());
            groups.iter().for_each(|group| self.expect_of(&scorer, group, learning, &mut sums));
            sums
        };
        // Pieces of fixed size, summed in their order: the same sums whatever the number of threads.
        let parts: Vec<Sums> = groups.0.par_chunks(1024).map(part).collect();
        let mut all = Sums::new(&self.fields, self.pairs.len());
        parts.iter().for_each(|p| all.add(p));
        all
    }

    fn expect_of(&self, scorer: &Scorer, group: &Group, learning: Learning, sums: &mut Sums) {
        let classes = scorer.classes(group.pattern);
        let others = Others::new(scorer, &classes);
        let (mut all, mut matches) = (0.0, 0.0);
        for &(lists, n) in &group.pairs {
            let p = match group.judged {
                Some(same) => f64::from(same),
                None => probability(scorer.prior[lists as usize] + classes[MATCH] - others.ln_sum),
            };
            all += n;
            matches += p * n;
            sums.matches[lists as usize] += p * n;
        }
        let of_class = [MATCH, UNRELATED, KIN, EVENT].map(|class| match class {
            MATCH => matches,
            _ => (all - matches) * others.share[class],
        });
        for (class, n) in of_class.into_iter().enumerate() {
            sums.classes[class] += n;
            // What is too little to matter is left out: most patterns belong to strangers only.
            if n < 1e-9 || (class == UNRELATED && learning != Learning::All) {
                continue;
            }
            for (k, &field) in self.fields.iter().enumerate() {
                if group.teaches >> field.index() & 1 == 1 {
                    sums.levels[class][k][group.pattern.level(field) as usize] += n;
                }
            }
        }
    }

    /// The model as it stands, for scoring.
    pub(crate) fn scorer(&self) -> Scorer {
        let mut scorer = Scorer::new(&self.fields, self.rows);
        for (to, from) in scorer.ln.iter_mut().zip(&self.chances) {
            for (to, from) in to.iter_mut().zip(from) {
                to.iter_mut().zip(from).skip(1).for_each(|(ln, p)| *ln = p.max(1e-300).ln());
            }
        }
        scorer.ln_share = self.share.map(f64::ln);
        scorer.prior = self.lambda.iter().map(|&l| if l > 0.0 { log_odds(l) } else { f64::NEG_INFINITY }).collect();
        scorer
    }

    /// Raises the priors to count the matches that blocking missed.
    pub(crate) fn restore_missed(&mut self, recall: f64) {
        self.lambda.iter_mut().for_each(|l| *l = (*l / recall.clamp(0.1, 1.0)).min(0.99));
    }

    /// The model in words and numbers, with the pairs that were seen at each level.
    pub(crate) fn model(&self, counts: &[(Key, u64)]) -> Model {
        let field = |(k, &field): (usize, &Field)| {
            let mut pairs = vec![0; field.levels().len()];
            counts.iter().for_each(|(key, n)| pairs[key.pattern().level(field) as usize] += n);
            let [m, u, kin, event] = [MATCH, UNRELATED, KIN, EVENT].map(|c| &self.chances[c][k]);
            let level = |l: usize| LevelModel {
                level: field.levels()[l],
                m: m[l],
                u: u[l],
                kin: kin[l],
                event: event[l],
                weight: (m[l] / u[l]).log2(),
                pairs: pairs[l],
            };
            FieldModel {
                field,
                levels: (1..field.levels().len()).map(level).collect(),
                term_frequencies: field.has_frequencies(),
                trained: self.seen[k] >= TRAINED,
                taught_by: self.seen[k] + PRIOR_MATCHES,
                contradictions: m[usize::from(field.contradicts_from())..].iter().sum(),
                contradictions_proved: self.most_contradictions[k] > MOST_CONTRADICTIONS,
            }
        };
        let set = self.rows.set;
        let mut priors = Vec::new();
        for high in 0..set.lists.len() {
            for low in 0..=high {
                let at = priors.len();
                let lists = (set.lists[low].id.clone(), set.lists[high].id.clone());
                priors.push(Prior { lists, pairs: self.pairs[at].0, probability: self.lambda[at] });
            }
        }
        Model {
            fields: self.fields.iter().enumerate().map(field).collect(),
            priors,
            kin: self.share[KIN],
            event: self.share[EVENT],
            iterations: self.iterations,
            converged: self.converged,
        }
    }
}

struct Sums {
    /// By class, field and level.
    levels: [Vec<Vec<f64>>; CLASSES],
    /// Expected matches by pair of lists.
    matches: Vec<f64>,
    /// Expected pairs by class.
    classes: [f64; CLASSES],
}

impl Sums {
    fn new(fields: &[Field], lists: usize) -> Self {
        let zeros = || fields.iter().map(|f| vec![0.0; f.levels().len()]).collect();
        Self { levels: std::array::from_fn(|_| zeros()), matches: vec![0.0; lists], classes: [0.0; CLASSES] }
    }

    fn add(&mut self, other: &Sums) {
        for (to, from) in self.levels.iter_mut().flatten().flatten().zip(other.levels.iter().flatten().flatten()) {
            *to += from;
        }
        self.matches.iter_mut().zip(&other.matches).for_each(|(to, from)| *to += from);
        self.classes.iter_mut().zip(other.classes).for_each(|(to, from)| *to += from);
    }
}

/// How the classes of non-matches divide a pattern among them.
struct Others {
    ln_sum: f64,
    share: [f64; CLASSES],
}

impl Others {
    fn new(scorer: &Scorer, classes: &[f64; CLASSES]) -> Self {
        let mut share = [0.0; CLASSES];
        let of = |c: usize| classes[c] + scorer.ln_share[c];
        let most = of(UNRELATED).max(of(KIN)).max(of(EVENT));
        let mut sum = 0.0;
        for class in [UNRELATED, KIN, EVENT] {
            let below = of(class) - most;
            // A class that a pattern is a million million times less likely in has no part in it.
            share[class] = if below > -28.0 { below.exp() } else { 0.0 };
            sum += share[class];
        }
        share.iter_mut().for_each(|s| *s /= sum);
        Self { ln_sum: most + sum.ln(), share }
    }
}

/// Where EM starts: matches mostly agree fully, kin mostly in what they share, people struck by one event in its day and
/// place; what does not agree is spread evenly among matches, and as between strangers among the others.
fn starting(class: usize, field: Field, shares: &[Vec<f64>], strangers: &[f64]) -> Vec<f64> {
    let levels = field.levels().len() - 1;
    let agree = match (class, field) {
        (MATCH, _) => 0.8,
        (KIN, Field::Family | Field::Middle) => 0.9,
        (KIN, _) => 0.5,
        (_, Field::EventPlace) => 0.8,
        _ => 0.6,
    };
    let (first, last) = field.same();
    let same = usize::from(last - first) + 1;
    let mut start: Vec<f64> = match class {
        MATCH => vec![(1.0 - agree) / (levels - same).max(1) as f64; levels + 1],
        _ => strangers.iter().map(|u| u * (1.0 - agree)).collect(),
    };
    start[MISSING as usize] = 0.0;
    let by_rarity = field.strata().iter().position(|s| *s == (first, last)).map(|at| &shares[at]);
    for (s, level) in (usize::from(first)..=usize::from(last)).enumerate() {
        start[level] = agree * by_rarity.map_or(1.0, |shares| shares[s]);
    }
    normalise(&mut start, field);
    start
}

fn add(totals: &mut [f64], start: &[f64], pairs: f64) {
    totals.iter_mut().zip(start).for_each(|(total, start)| *total += pairs * start);
}

/// Pulls the split of each run of strata towards the shares that frequencies give.
fn split(totals: &mut [f64], field: Field, shares: &[Vec<f64>]) {
    for (&(first, last), shares) in field.strata().iter().zip(shares) {
        let run = &mut totals[usize::from(first)..=usize::from(last)];
        let sum: f64 = run.iter().sum();
        for (total, share) in run.iter_mut().zip(shares) {
            *total = sum * (*total + PRIOR_STRATA * share) / (sum + PRIOR_STRATA);
        }
    }
}

/// Pulls the split of the contradicting levels towards their shape.
fn shape_contradictions(totals: &mut [f64], field: Field, strangers: &[f64]) {
    let from = usize::from(field.contradicts_from());
    let (run, strangers) = (&mut totals[from..], &strangers[from..]);
    if field.apart().is_some() || run.len() < 2 {
        return;
    }
    let (sum, all): (f64, f64) = (run.iter().sum(), strangers.iter().sum());
    let even = 1.0 / run.len() as f64;
    for (total, u) in run.iter_mut().zip(strangers) {
        let share = 0.5 * even + 0.5 * u / all;
        *total = sum * (*total + PRIOR_CONTRADICTIONS * share) / (sum + PRIOR_CONTRADICTIONS);
    }
}

/// Matches contradict each other in at most this share of what both say, unless pairs that the other fields make sure show
/// more. A class in which most pairs differ in a field is not one of records of one person, however well they agree
/// elsewhere: it is people with similar names.
pub(crate) const MOST_CONTRADICTIONS: f64 = 0.3;

/// Holds the contradicting levels to what matches can have.
fn hold_together(totals: &mut [f64], field: Field, most: f64) {
    let from = usize::from(field.contradicts_from());
    let (agreeing, contradicting) = totals.split_at_mut(from);
    let (a, c): (f64, f64) = (agreeing[1..].iter().sum(), contradicting.iter().sum());
    let most = most / (1.0 - most).max(1e-9) * a;
    if c > most {
        contradicting.iter_mut().for_each(|t| *t *= most / c);
    }
}

/// Totals by level as probabilities of the levels other than missing; levels that are counted apart among themselves.
pub(crate) fn normalise(totals: &mut [f64], field: Field) {
    totals[MISSING as usize] = 0.0;
    let apart = |level: usize| field.apart().is_some_and(|(a, b)| (usize::from(a)..=usize::from(b)).contains(&level));
    for group in [false, true] {
        let sum: f64 = totals.iter().enumerate().filter(|(l, _)| apart(*l) == group).map(|(_, t)| t).sum();
        let of_group = totals.iter_mut().enumerate().skip(1).filter(|(l, _)| apart(*l) == group);
        of_group.for_each(|(_, t)| *t /= sum.max(1e-300));
    }
}

fn replace(old: &mut Vec<f64>, new: Vec<f64>) -> f64 {
    let moved = old.iter().zip(&new).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    *old = new;
    moved
}
