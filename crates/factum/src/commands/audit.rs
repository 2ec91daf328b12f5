//! `factum audit`: how good is the linkage, by the word of people who do not know what it decided?

use super::link::Choices;
use super::review::{Judge, Source, farewell, judgements_file, only_to_a_person};
use super::screen::{Show, converse};
use super::{Format, Lists, counted, grouped, print_faults, stop_on_errors};
use crate::failure::Failure;
use crate::progress::Stages;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::audit::statistics::Interval;
use factum_case::audit::{self, Draw, Report};
use factum_case::judgement::{Book, Purpose, Store};
use factum_case::linking;
use factum_case::lists::file_name;
use factum_case::model::RunId;
use factum_case::output;
use factum_case::review::{Card, Session};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Link lists and draw a sample of pairs, likely and unlikely.
    Draw(DrawArguments),
    /// Judge the sample blind: what the engine believes is not shown.
    Review(ReviewArguments),
    /// Say what the judgements make of precision and recall.
    Report(ReportArguments),
}

#[derive(Args)]
struct DrawArguments {
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    choices: Choices,
    /// Pairs to draw.
    #[arg(long, value_name = "N", default_value_t = 300)]
    count: u64,
    /// File for the sample; it must be new.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
struct ReviewArguments {
    /// The sample.
    #[arg(long, value_name = "FILE")]
    audit: PathBuf,
    #[command(flatten)]
    lists: Lists,
    #[command(flatten)]
    judge: Judge,
    /// File for the judgements [default: judgements.jsonl beside the settings].
    #[arg(long, value_name = "FILE")]
    judgements: Option<PathBuf>,
}

#[derive(Args)]
struct ReportArguments {
    /// The sample.
    #[arg(long, value_name = "FILE")]
    audit: PathBuf,
    /// The judgements.
    #[arg(long, value_name = "FILE")]
    judgements: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Draw(arguments) => draw(arguments),
        Action::Review(arguments) => review(arguments),
        Action::Report(arguments) => report(arguments),
    }
}

fn draw(arguments: &DrawArguments) -> Result<(), Failure> {
    let (lists, out) = (&arguments.lists, &arguments.out);
    if out.exists() {
        let hint = "take another name: a sample that was judged must stay what it was";
        return Err(Failure::new(format!("{} is there already", out.display())).hint(hint));
    }
    let settings = lists.settings()?;
    let stages = Stages::new();
    let mut reading = lists.read(&settings, &stages)?;
    let options = arguments.choices.judged(&settings, &mut reading, lists.show_values)?;
    let linked = linking::link(&reading, &options, RunId::new("R-1"), &stages)?;
    stages.finish();
    let inputs = linked.summary.run.inputs.clone();
    let draw = audit::draw(&reading, &linked.linkage, inputs, arguments.count, options.seed)?;
    let folder = out.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    output::write_all(folder, &[(file_name(out), draw.bytes())])?;
    say!("{:30} {:>16} {:>8}", "stratum", "pairs", "drawn");
    for stratum in &draw.head.strata {
        say!("{:30} {:>16} {:>8}", stratum.name, grouped(stratum.pairs as f64), stratum.drawn);
    }
    say!("The sample is in {}. Judge it: factum audit review --audit {0} --settings …", out.display());
    Ok(())
}

fn read_draw(path: &Path) -> Result<Draw, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Failure::new(format!("{} cannot be read: {e}", path.display())))?;
    let (draw, faults) = Draw::parse(&bytes, &file_name(path));
    stop_on_errors(&faults, "the sample cannot be used", false)?;
    draw.ok_or_else(|| Failure::new("the sample cannot be used"))
}

struct Blind<'s, 'a>(&'s mut Source<'a>);

impl Show for Blind<'_, '_> {
    fn card(&mut self, session: &Session) -> Result<Option<Card>, Failure> {
        let Some(question) = session.current() else { return Ok(None) };
        self.0.ensure(question)?;
        Ok(Some(Card::new(question, &self.0.words, &self.0.reading.lists, None)))
    }

    fn retrains(&self) -> bool {
        false
    }
}

fn review(arguments: &ReviewArguments) -> Result<(), Failure> {
    let lists = &arguments.lists;
    only_to_a_person(lists.show_values)?;
    let who = arguments.judge.name()?;
    let draw = read_draw(&arguments.audit)?;
    let settings = lists.settings()?;
    let reading = lists.read(&settings, &Stages::new())?;
    let changed = reading.files.iter().find(|f| !draw.head.inputs.contains(&f.input));
    if let Some(file) = changed {
        let failure = Failure::new(format!("{} is not the list from which the sample was drawn", file.input.name));
        return Err(failure.hint("judge the lists as they were, or draw anew"));
    }
    let store = Store::open(&judgements_file(lists, &arguments.judgements))?;
    print_faults(&store.book().faults, lists.show_values);
    let drawn: BTreeSet<_> = draw.records();
    let mut session = Session::new(store, &who, Purpose::Audit, |key| drawn.contains(key));
    session.ask(draw.questions());
    let mut source = Source { lists, settings: &settings, reading: &reading, words: HashMap::new() };
    source.fetch(draw.records())?;
    let lost = drawn.iter().filter(|key| !source.words.contains_key(*key)).count() as u64;
    if lost > 0 {
        let failure = Failure::new(format!("{} of the sample cannot be found in these lists", counted(lost, "record")));
        return Err(failure.hint("give all the lists from which the sample was drawn, and their settings"));
    }
    converse(&mut session, &mut Blind(&mut source), &mut std::io::stdin().lock(), &mut std::io::stdout())?;
    farewell(&session);
    Ok(())
}

fn report(arguments: &ReportArguments) -> Result<(), Failure> {
    let draw = read_draw(&arguments.audit)?;
    let book = Book::read(&arguments.judgements)?;
    print_faults(&book.faults, false);
    let report = audit::report(&draw, &book);
    match arguments.format {
        Format::Json => say!("{}", serde_json::to_string_pretty(&report)?),
        Format::Text => print(&report),
    }
    Ok(())
}

fn print(report: &Report) {
    say!(
        "{} of {} drawn pairs are judged; the linkage's threshold is {:.3}",
        report.judged,
        report.drawn,
        report.threshold
    );
    say!(
        "{:30} {:>12} {:>6} {:>6} {:>9} {:>7} {:>5}",
        "stratum",
        "pairs",
        "drawn",
        "same",
        "different",
        "unsure",
        "open"
    );
    for s in &report.strata {
        let pairs = grouped(s.stratum.pairs as f64);
        say!(
            "{:30} {pairs:>12} {:>6} {:>6} {:>9} {:>7} {:>5}",
            s.stratum.name,
            s.stratum.drawn,
            s.same,
            s.different,
            s.unsure,
            s.open
        );
    }
    let percent = |i: &Interval| {
        format!("{:5.1} %, 95 % interval {:.1} to {:.1}", i.estimate * 100.0, i.lower * 100.0, i.upper * 100.0)
    };
    for measure in &report.measures {
        let shown = measure.interval.as_ref().map_or("not known".into(), percent);
        let unsure = measure.unsure_settled.map(|(different, same)| {
            format!("; {:.1} or {:.1} if every unsure pair were two persons or one", different * 100.0, same * 100.0)
        });
        say!("{:38} {shown}{}", measure.what, unsure.unwrap_or_default());
    }
    if let Some(never) = &report.never_likely {
        say!(
            "pairs of one person among those never likely: {}, 95 % interval {} to {}",
            grouped(never.estimate),
            grouped(never.lower),
            grouped(never.upper)
        );
    }
    if report.settled_by_several > 0 {
        say!("people who judged the same pair agree on {} of {}", report.agreed, report.settled_by_several);
    }
    if !report.unsettled.is_empty() {
        say!("nothing is settled in: {}", report.unsettled.join(", "));
    }
    say!("{}", report.method);
}
