//! `factum review`: on which pairs does a person's word teach most?

use super::link::Choices;
use super::screen::{Next, Show, converse};
use super::{Lists, counted, grouped};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::{Args, ValueEnum};
use factum_case::judgement::{PairKey, Purpose, RecordKey, Store, rows_of};
use factum_case::link::{self, Linkage};
use factum_case::lists::Reading;
use factum_case::lists::words::{self, Words};
use factum_case::review::{Card, Question, Session, Wanted, select};
use factum_case::settings::Settings;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    choices: Choices,
    #[command(flatten)]
    judge: Judge,
    /// Questions before the model is to be trained anew.
    #[arg(long, value_name = "N", default_value_t = 20)]
    count: usize,
    /// Which pairs to ask about.
    #[arg(long, value_enum, default_value_t = Which::All)]
    show: Which,
}

/// Who judges.
#[derive(Args)]
pub struct Judge {
    /// Who judges; it stands in every judgement [default: the user of this machine].
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl Judge {
    pub fn name(&self) -> Result<String, Failure> {
        let user = || ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        let who = self.who.clone().or_else(user).filter(|who| !who.trim().is_empty());
        who.ok_or_else(|| Failure::new("nobody is named who judges").hint("say --who NAME"))
    }
}

/// Which pairs to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Doubtful and suspicious pairs by turns.
    All,
    /// Pairs the engine is in doubt about.
    Doubtful,
    /// Links that a field contradicts, and what clustering overruled or joined.
    Suspicious,
}

impl Which {
    fn wanted(self) -> Wanted {
        match self {
            Which::All => Wanted::All,
            Which::Doubtful => Wanted::Doubtful,
            Which::Suspicious => Wanted::Suspicious,
        }
    }
}

/// Values of lists go to a person, not into a file by accident.
pub fn only_to_a_person(show_values: bool) -> Result<(), Failure> {
    if show_values || std::io::stdout().is_terminal() {
        return Ok(());
    }
    let hint = "answer in a terminal, or say --show-values if the output may hold them";
    Err(Failure::new("this shows what the lists say of people, and the output is no terminal").hint(hint))
}

/// The judgements beside the settings, if no other file is named.
pub fn judgements_file(lists: &Lists, given: &Option<PathBuf>) -> PathBuf {
    given.clone().unwrap_or_else(|| lists.folder().join("judgements.jsonl"))
}

/// The words of records, read once for each round and again for what was not foreseen.
pub struct Source<'a> {
    pub lists: &'a Lists,
    pub settings: &'a Settings,
    pub reading: &'a Reading,
    pub words: HashMap<RecordKey, Words>,
}

impl Source<'_> {
    pub fn fetch(&mut self, wanted: BTreeSet<RecordKey>) -> Result<(), Failure> {
        let lists = self.lists;
        self.words.extend(words::words(&lists.files, self.settings, lists.folder(), self.reading, &wanted)?);
        Ok(())
    }

    /// The words of a question's records; a pair gone back to may not be among those of the round.
    pub fn ensure(&mut self, question: &Question) -> Result<(), Failure> {
        let lacking = [&question.a, &question.b].into_iter().filter(|k| !self.words.contains_key(*k)).cloned();
        let lacking: BTreeSet<RecordKey> = lacking.collect();
        if lacking.is_empty() { Ok(()) } else { self.fetch(lacking) }
    }
}

struct Open<'s, 'a> {
    source: &'s mut Source<'a>,
    linkage: &'s Linkage<'a>,
    rows: &'s HashMap<RecordKey, u32>,
}

impl Show for Open<'_, '_> {
    fn card(&mut self, session: &Session) -> Result<Option<Card>, Failure> {
        let Some(question) = session.current() else { return Ok(None) };
        self.source.ensure(question)?;
        let pair = self.rows.get(&question.a).zip(self.rows.get(&question.b));
        let scored = pair.map(|(a, b)| (self.linkage, self.linkage.explain(*a, *b)));
        Ok(Some(Card::new(question, &self.source.words, &self.source.reading.lists, scored)))
    }

    fn retrains(&self) -> bool {
        true
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let lists = &arguments.lists;
    only_to_a_person(lists.show_values)?;
    let who = arguments.judge.name()?;
    let settings = lists.settings()?;
    let stages = Stages::new();
    let reading = lists.read(&settings, &stages)?;
    let set = &reading.records;
    let store = Store::open(&judgements_file(lists, &arguments.choices.judgements))?;
    let before: Vec<RecordKey> = store.book().records(Purpose::Training).into_iter().cloned().collect();
    let mut rows = rows_of(before.iter(), set);
    let mut session = Session::new(store, &who, Purpose::Training, |key| rows.contains_key(key));
    let mut source = Source { lists, settings: &settings, reading: &reading, words: HashMap::new() };
    let (mut input, mut out) = (std::io::stdin().lock(), std::io::stdout());
    loop {
        let mut options = arguments.choices.options(&settings);
        options.judgements = super::holding(session.store().book(), &reading, lists.show_values);
        let linkage = link::link(set, &options, &stages)?;
        stages.finish();
        let judged: HashSet<PairKey> = session.store().book().standing(Purpose::Training).into_keys().collect();
        session.ask(select(&linkage, set, &judged, arguments.count, arguments.show.wanted()));
        let records = session.records();
        rows.extend(rows_of(records.iter(), set));
        source.fetch(records)?;
        say!(
            "{} are {} persons with {}; {} to be judged",
            counted(set.len() as u64, "record"),
            grouped(1.0 + f64::from(linkage.persons.iter().copied().max().unwrap_or(0))),
            counted(options.judgements.len() as u64, "judgement"),
            counted(session.open() as u64, "pair")
        );
        let mut open = Open { source: &mut source, linkage: &linkage, rows: &rows };
        if converse(&mut session, &mut open, &mut input, &mut out)? == Next::Quit {
            break;
        }
    }
    farewell(&session);
    say!(
        "Use them: factum link --settings {} --judgements {} --out DIR",
        lists.settings.display(),
        session.store().path().display()
    );
    Ok(())
}

/// What a session leaves.
pub fn farewell(session: &Session) {
    let tally = session.tally();
    say!(
        "{} in this session: {} same, {} different, {} unsure, {} taken back. Everything is in {}.",
        counted(tally.same + tally.different + tally.unsure, "answer"),
        tally.same,
        tally.different,
        tally.unsure,
        tally.taken_back,
        session.store().path().display()
    );
}
