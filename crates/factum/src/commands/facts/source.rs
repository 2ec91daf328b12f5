//! `factum source`: who information comes from, what they agreed to, and who depends on whom.

use crate::commands::custody::actor::Actor;
use crate::commands::release::custodians;
use crate::commands::{Format, counted, one_of};
use crate::failure::Failure;
use crate::say;
use clap::{Args, Subcommand};
use factum_case::custody::evidence::Detail;
use factum_case::custody::folder::Case;
use factum_case::custody::founding::WORKING;
use factum_case::custody::ids::RecordId;
use factum_case::facts::network::oddities;
use factum_case::facts::words::{
    Conditions, Consent, Examined, Extent, Identity, Level, Presence, Purpose, Risk, Sort as SourceSort, Source, Tie,
    Way, Withdrawal,
};
use factum_case::facts::{Book, Fact, Sort, SourceFile, dependants};
use factum_case::release::approve;
use factum_case::release::log::Class;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Take in a source under a code.
    New(New),
    /// List the sources, or tell all that is known of one.
    List(List),
    /// Write down who a source is, for those who can open the compartment of identities.
    Identity(IdentityArguments),
    /// Write down what a source agreed to. Whatever is not named was not agreed to.
    Consent(ConsentArguments),
    /// Take down that a source takes its consent back, and list what rests on it.
    Withdraw(Withdraw),
    /// Write down under which conditions a document, page or list may be used.
    Conditions(ConditionsArguments),
    /// Judge the danger for a source.
    Risk(RiskArguments),
    /// Write down that two sources depend on each other.
    Tie(TieArguments),
    /// Write down that somebody looked whether two sources are independent, and what was found.
    Examine(Examine),
    /// Tell where ties make no sense: circles of relays, pairs found independent that are tied, a source tied to itself.
    Network,
    /// Write down that a source was in a position to know of a place in a period.
    Presence(PresenceArguments),
}

#[derive(Args)]
struct New {
    /// Its code; the next free one if absent.
    code: Option<String>,
    /// What it is: person, document, web-page, list, organization, media, state or expert.
    #[arg(long, value_parser = one_of(&SourceSort::ALL))]
    sort: SourceSort,
    /// What may be said of it without telling who it is: "former detainee".
    #[arg(long)]
    description: String,
    /// The organization it belongs to or speaks for.
    #[arg(long)]
    organization: Option<String>,
    /// How reliable it is: A (completely) to E (not), F if that cannot be judged.
    #[arg(long, value_name = "GRADE", value_parser = ["A", "B", "C", "D", "E", "F"])]
    reliability: Option<String>,
    /// It is a child: somebody else must agree as well.
    #[arg(long)]
    child: bool,
    /// In which compartment it is to live.
    #[arg(long = "into", value_name = "COMPARTMENT", default_value = WORKING)]
    compartment: String,
}

#[derive(Args)]
struct List {
    /// Only this one, with all that is known of it.
    code: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Args)]
struct IdentityArguments {
    /// The source.
    code: String,
    /// A name, as it is written in one script; again for others.
    #[arg(long = "name", value_name = "NAME", required = true)]
    names: Vec<String>,
    /// What else is known, as NAME=VALUE.
    #[arg(long = "detail", value_name = "NAME=VALUE", value_parser = detail)]
    details: Vec<Detail>,
}

#[derive(Args)]
struct ConsentArguments {
    /// The source.
    code: String,
    /// What for: internal, report-anonymised, report-named, courts, partners, media, state-concerned or un-bodies.
    #[arg(long = "for", value_name = "PURPOSE", value_delimiter = ',', value_parser = one_of(&Purpose::ALL))]
    purposes: Vec<Purpose>,
    /// When (EDTF).
    #[arg(long, value_name = "DATE")]
    date: String,
    /// What was explained before: purpose, risks, withdrawal, recipients, no-reward.
    #[arg(long, value_delimiter = ',')]
    explained: Vec<String>,
    /// In which language (BCP 47).
    #[arg(long)]
    language: String,
    /// Through which interpreter, by code.
    #[arg(long)]
    interpreter: Option<String>,
    /// Who else was present, by function.
    #[arg(long, value_delimiter = ',')]
    present: Vec<String>,
    /// For a child: who agreed for it, by relation.
    #[arg(long, value_name = "RELATION")]
    guardian: Option<String>,
    /// What was said when earlier interviews were asked about.
    #[arg(long, value_name = "WORDS")]
    earlier_interviews: Option<String>,
    /// What may be published no finer than: date=year, place=REGION.
    #[arg(long = "no-finer-than", value_name = "NAME=VALUE", value_parser = detail)]
    no_finer_than: Vec<Detail>,
}

#[derive(Args)]
struct Withdraw {
    /// The source.
    code: String,
    /// What it asks for: no-further-use or erase.
    #[arg(long, value_parser = one_of(&[("no-further-use", Extent::NoFurtherUse), ("erase", Extent::Erase)]))]
    extent: Extent,
    /// When (EDTF).
    #[arg(long, value_name = "DATE")]
    date: String,
    /// Of which sort the reason is: danger, change of mind, other. Never who, never what words.
    #[arg(long)]
    reason: String,
    /// Only list what rests on it.
    #[arg(long)]
    preview: bool,
}

#[derive(Args)]
struct ConditionsArguments {
    /// The source.
    code: String,
    /// What for.
    #[arg(long = "for", value_name = "PURPOSE", value_delimiter = ',', value_parser = one_of(&Purpose::ALL))]
    purposes: Vec<Purpose>,
    /// By whom it was given, and what was promised.
    #[arg(long)]
    words: String,
    /// The last day on which they hold.
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

#[derive(Args)]
struct RiskArguments {
    /// The source.
    code: String,
    /// How great: low, medium, high or extreme.
    #[arg(long, value_parser = one_of(&Level::ALL))]
    level: Level,
    /// The day on which it was judged.
    #[arg(long, value_name = "DAY")]
    judged: String,
    /// The day on which it must be judged again.
    #[arg(long, value_name = "DAY")]
    review: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct TieArguments {
    /// One source; the one who passes on, where one relays the other.
    one: String,
    /// The other.
    other: String,
    /// In which way: relays, shared-document, shared-interview, same-organization or declared.
    #[arg(long, value_parser = one_of(&Way::ALL))]
    way: Way,
    /// How this is known.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct Examine {
    /// One source.
    one: String,
    /// The other.
    other: String,
    /// They are independent.
    #[arg(long, conflicts_with = "dependent", required_unless_present = "dependent")]
    independent: bool,
    /// They are not.
    #[arg(long)]
    dependent: bool,
    /// How this was found.
    #[arg(long)]
    reason: String,
}

#[derive(Args)]
struct PresenceArguments {
    /// The source.
    code: String,
    /// The place, an entity.
    place: String,
    /// When (EDTF, mostly an interval).
    #[arg(long)]
    period: String,
    /// As what: detained, employed, visiting.
    #[arg(long)]
    role: String,
}

/// A reader of a named value.
pub fn detail(text: &str) -> Result<Detail, String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok(Detail::new(name.trim(), value.trim()))
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let book = super::book(&case)?;
    let source = |code: &str| book.find(code, Sort::Source);
    let (act, summary, facts) = match &arguments.command {
        Command::List(list) => return print(&case, &book, list),
        Command::Network => return network(&case, &book),
        Command::New(new) => {
            let code = new.code.clone().unwrap_or_else(|| book.next_code(Sort::Source));
            let fact = Fact::Source(Source {
                source: case.new_thing(&new.compartment)?,
                code: code.clone(),
                sort: new.sort,
                description: new.description.clone(),
                organization: new.organization.clone(),
                reliability: new.reliability.clone(),
                child: new.child,
            });
            ("source", format!("The source {code} is taken in"), vec![fact])
        }
        Command::Identity(who) => {
            let number = source(&who.code)?;
            let identity = Identity { source: number, names: who.names.clone(), details: who.details.clone() };
            ("identity", "Who a source is, is written down".to_string(), vec![Fact::SourceIdentity(identity)])
        }
        Command::Consent(said) => {
            let consent = Consent {
                source: source(&said.code)?,
                date: said.date.clone(),
                purposes: said.purposes.clone(),
                explained: said.explained.clone(),
                language: said.language.clone(),
                interpreter: said.interpreter.clone(),
                present: said.present.clone(),
                guardian: said.guardian.clone(),
                earlier_interviews: said.earlier_interviews.clone(),
                no_finer_than: said.no_finer_than.clone(),
            };
            let summary = format!("What the source {} agreed to is written down", said.code);
            ("consent", summary, vec![Fact::Consent(Box::new(consent))])
        }
        Command::Withdraw(said) => return withdraw(&mut case, &book, said),
        Command::Conditions(said) => {
            let (source, purposes) = (source(&said.code)?, said.purposes.clone());
            let conditions = Conditions { source, purposes, words: said.words.clone(), until: said.until.clone() };
            let summary = format!("Conditions for the use of {} are written down", said.code);
            ("conditions", summary, vec![Fact::Conditions(conditions)])
        }
        Command::Risk(said) => {
            let today = factum_case::now();
            if today.get(..10).is_some_and(|today| said.judged.as_str() > today) {
                return Err(Failure::new("a danger is judged on a day that has come").hint("--judged YYYY-MM-DD"));
            }
            let risk = Risk {
                source: source(&said.code)?,
                level: said.level,
                judged: said.judged.clone(),
                review: said.review.clone(),
                reason: said.reason.clone(),
            };
            ("risk", format!("The danger for the source {} is judged", said.code), vec![Fact::Risk(risk)])
        }
        Command::Tie(said) => {
            let (one, other) = (source(&said.one)?, source(&said.other)?);
            let tie = Tie { one, other, way: said.way, reason: said.reason.clone() };
            ("tie", format!("{} and {} depend on each other", said.one, said.other), vec![Fact::Tie(tie)])
        }
        Command::Examine(said) => {
            let (one, other) = (source(&said.one)?, source(&said.other)?);
            let seen = Examined { one, other, independent: said.independent, reason: said.reason.clone() };
            let summary = format!("Somebody looked whether {} and {} are independent", said.one, said.other);
            ("examine", summary, vec![Fact::Examined(seen)])
        }
        Command::Presence(said) => {
            let presence = Presence {
                source: source(&said.code)?,
                place: book.find(&said.place, Sort::Entity)?,
                period: said.period.clone(),
                role: said.role.clone(),
            };
            let summary = format!("The source {} was in a position to know of {}", said.code, said.place);
            ("presence", summary, vec![Fact::Presence(presence)])
        }
    };
    let receipt = case.say_facts(act, &summary, &facts)?;
    say!("{summary} (transaction {})", receipt.transaction);
    Ok(())
}

fn network(case: &Case, book: &Book) -> Result<(), Failure> {
    let odd = oddities(book, factum_case::this_day(), &|member| case.register().name_of(member));
    odd.iter().for_each(|line| say!("{line}"));
    let (ties, examined) = (book.ties.len() as u64, book.examined.len() as u64);
    say!("{}, {}; {} to settle", counted(ties, "tie"), counted(examined, "examined pair"), odd.len());
    Ok(())
}

/// Revokes releases that custodians hold for a day to come and that rest on what was taken back. Who may not revoke is told what has to be
/// done, and by whom.
fn revoke_what_fell(case: &mut Case) -> Result<(), Failure> {
    let fallen = custodians::fallen(case)?;
    for (known, _) in &fallen {
        let (title, release) = (&known.manifest.title, known.file.prepared.release);
        match approve::revoke(case, known, Class::Consent, None) {
            Ok(_) => say!(
                "The release \"{title}\", which custodians hold for its day, is revoked: it rests on what was taken back."
            ),
            Err(why) => {
                eprintln!("warning: custodians hold \"{title}\", which rests on what was taken back: {why}");
                eprintln!("warning: a lead has to say: factum release revoke {release} --class consent");
            }
        }
    }
    if !fallen.is_empty() {
        say!("Send custodians a new list: factum release revocations --out FILE");
    }
    Ok(())
}

fn withdraw(case: &mut Case, book: &Book, said: &Withdraw) -> Result<(), Failure> {
    let number = book.find(&said.code, Sort::Source)?;
    if !said.preview {
        let withdrawal =
            Withdrawal { source: number, date: said.date.clone(), extent: said.extent, reason: said.reason.clone() };
        let summary = format!("The source {} took its consent back", said.code);
        let receipt = case.say_facts("withdraw", &summary, &[Fact::ConsentWithdrawn(withdrawal)])?;
        say!("{summary} (transaction {}). This cannot be undone.", receipt.transaction);
        revoke_what_fell(case)?;
    }
    let rests = dependants::of(case, book, number)?;
    let list = |what: &str, codes: &[String]| {
        if !codes.is_empty() {
            say!("{what}: {}", codes.join(", "));
        }
    };
    list("interviews", &rests.interviews);
    list("statements", &rests.statements);
    list("documents and translations", &rests.documents);
    list("sources that pass on its words", &rests.relayed_by);
    list("statements of others that pass on its words", &rests.relayed);
    let findings: Vec<String> = rests.findings.iter().map(|(code, n)| format!("{code} ({n})")).collect();
    list("findings on which these bear, with how many", &findings);
    list("elements of law for which those findings were assessed", &rests.elements);
    list("medical assessments", &rests.medical);
    list("runs that took an item of it", &rests.runs);
    list("gone, and not to be called back", &rests.gone);
    list("sealed releases, to be corrected or withdrawn by a later one", &rests.released);
    if said.extent == Extent::Erase && !rests.items.is_empty() {
        let items: Vec<String> = rests.items.iter().map(ToString::to_string).collect();
        say!("to destroy what is kept: factum shred --plan {} --reason \"a source withdrew\"", items.join(" "));
    }
    Ok(())
}

fn print(case: &Case, book: &Book, list: &List) -> Result<(), Failure> {
    let wanted: Option<RecordId> = list.code.as_deref().map(|code| book.find(code, Sort::Source)).transpose()?;
    let files: Vec<&SourceFile> =
        book.sources.iter().filter(|(id, _)| wanted.is_none_or(|w| w == **id)).map(|(_, file)| file).collect();
    if list.format == Format::Json {
        let all: Vec<_> = files.iter().map(|file| as_json(file)).collect();
        say!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(());
    }
    let mut sorted = files;
    sorted.sort_by(|a, b| a.source.what.code.cmp(&b.source.what.code));
    for file in &sorted {
        let source = &file.source.what;
        let withdrawn = if file.withdrawn.is_some() { "; took its consent back" } else { "" };
        say!("{} {} ({}){withdrawn}", source.code, source.description, name_of(&SourceSort::ALL, source.sort));
        if wanted.is_some() {
            print_one(case, book, file);
        }
    }
    if wanted.is_none() {
        say!("{}", counted(sorted.len() as u64, "source"));
    }
    Ok(())
}

fn print_one(case: &Case, book: &Book, file: &SourceFile) {
    let purposes = |all: &[Purpose]| {
        if all.is_empty() { "nothing".to_string() } else { all.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ") }
    };
    let who = |author| case.register().name_of(author);
    match &file.identity {
        Some(identity) => say!("  identity: {}", identity.what.names.join("; ")),
        None => say!("  identity: not recorded, or closed to you"),
    }
    if let Some(consent) = &file.consent {
        let what = &consent.what;
        say!("  agreed on {} to: {} (taken down by {})", what.date, purposes(&what.purposes), who(consent.author));
        if what.earlier_interviews.is_none() {
            say!("  earlier interviews: nobody asked");
        }
    } else if let Some(conditions) = &file.conditions {
        say!("  conditions: for {}; {}", purposes(&conditions.what.purposes), conditions.what.words);
    } else {
        say!("  agreed to: nothing is recorded, so nothing is allowed");
    }
    if let Some(withdrawn) = &file.withdrawn {
        say!("  withdrawn on {}: {}", withdrawn.what.date, withdrawn.what.reason);
    }
    match &file.risk {
        Some(risk) => {
            let level = name_of(&Level::ALL, risk.what.level);
            say!("  danger: {level}, judged on {}, to be judged again by {}", risk.what.judged, risk.what.review);
        }
        None => say!("  danger: nobody has judged it"),
    }
    let own = file.source.what.source;
    for tie in book.ties.iter().filter(|tie| tie.what.one == own || tie.what.other == own) {
        let other = if tie.what.one == own { tie.what.other } else { tie.what.one };
        let code = book.sources.get(&other).map_or_else(|| "a closed source".into(), |f| f.source.what.code.clone());
        let relayed = tie.what.way == Way::Relays && tie.what.other == own;
        let way = if relayed { "relayed by" } else { name_of(&Way::ALL, tie.what.way) };
        say!("  tie: {way} {code}: {}", tie.what.reason);
    }
}

fn name_of<T: PartialEq + Copy, const N: usize>(all: &[(&'static str, T); N], value: T) -> &'static str {
    all.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| name)
}

fn as_json(file: &SourceFile) -> serde_json::Value {
    serde_json::json!({
        "source": file.source.what,
        "identity": file.identity.as_ref().map(|said| &said.what),
        "consent": file.consent.as_ref().map(|said| &said.what),
        "withdrawn": file.withdrawn.as_ref().map(|said| &said.what),
        "conditions": file.conditions.as_ref().map(|said| &said.what),
        "risk": file.risk.as_ref().map(|said| &said.what),
        "presences": file.presences.iter().map(|said| &said.what).collect::<Vec<_>>(),
    })
}
