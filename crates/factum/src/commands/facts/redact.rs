//! `factum redact`: a copy of an item without what must not be told.

use crate::commands::custody::actor::Actor;
use crate::commands::{counted, extract_child, one_of};
use crate::failure::Failure;
use crate::say;
use clap::Args;
use factum_case::custody::derive::{Derivation, derive_bytes};
use factum_case::custody::evidence::Making;
use factum_case::custody::items;
use factum_case::custody::runs::Given;
use factum_case::extract::Examiner;
use factum_case::facts::words::Purpose;
use factum_case::leak::names;
use factum_case::leak::redact::{Area, Covering, redact};
use std::ops::RangeInclusive;

/// Makes a copy of an item in which words or pixels are gone, and seals it as an item of its own.
///
/// In texts every name that the case holds and nobody agreed to publish is taken out, and the lines you give; the copy is plain
/// text. In pictures (PNG, JPEG) the areas you give are painted black and all that the file says of itself is left behind; the copy is a
/// PNG. The copy is searched again and refused if it still tells a name. Faces, and words within pictures, only you can see.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    actor: Actor,
    /// The item: the beginning of its number, or its name.
    item: String,
    /// For what the copy is published, as sources were asked.
    #[arg(long, value_parser = one_of(&Purpose::ALL))]
    purpose: Purpose,
    /// An area of a picture, in pixels from its upper left corner: left, top, width, height. May be given again.
    #[arg(long = "area", value_name = "X,Y,W,H", value_parser = area)]
    areas: Vec<Area>,
    /// Lines of a text: 12, or 12-15. May be given again.
    #[arg(long = "lines", value_name = "FROM-TO", value_parser = lines)]
    lines: Vec<RangeInclusive<usize>>,
    /// Cover nothing of a picture; leave behind only what its file says of itself.
    #[arg(long, conflicts_with = "areas")]
    metadata_only: bool,
    /// Who read the copy against the item, if somebody did.
    #[arg(long, value_name = "PERSON")]
    reviewer: Option<String>,
}

fn area(text: &str) -> Result<Area, String> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match numbers.as_deref() {
        Ok([x, y, width, height]) => Ok(Area { x: *x, y: *y, width: *width, height: *height }),
        _ => Err("four numbers of pixels: left, top, width, height, as in 120,40,300,80".into()),
    }
}

fn lines(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.trim().parse(), to.trim().parse()) {
        (Ok(from), Ok(to)) if 0 < from && from <= to => Ok(from..=to),
        _ => Err("a line, or the first and the last: 12 or 12-15".into()),
    }
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut case = arguments.actor.open()?;
    let parent = items::find(&case, &arguments.item)?;
    let mut bytes = Vec::new();
    items::read(&case, &parent.item, &mut bytes)?;
    let book = super::book(&case)?;
    let gathered = names::gather(&case, &book, arguments.purpose, factum_case::this_day())?;
    let covering = Covering {
        areas: arguments.areas.clone(),
        lines: arguments.lines.clone(),
        only_metadata: arguments.metadata_only,
    };
    let made = redact(&gathered, &parent.item.name, &bytes, &covering, &Examiner::this_program(extract_child::NAME)?)?;
    let name = format!("redaction-{}.{}", items::short(&parent.item.item), made.extension);
    let how = Derivation {
        making: Making::Redaction,
        maker: None,
        tool: format!("{} redact", factum_case::version()),
        language: None,
        reviewer: arguments.reviewer.clone(),
    };
    let given = Given { name: &name, bytes: &made.bytes, media_type: made.media_type };
    let item = derive_bytes(&mut case, &parent, &given, &how)?;
    for what in &gathered.closed {
        eprintln!("warning: {what}");
    }
    say!("item {item}, {name}: {} covered, searched again and nothing found", counted(made.covered as u64, "place"));
    eprintln!("look at it before it leaves: faces, handwriting and words within pictures are not found by a search");
    Ok(())
}
