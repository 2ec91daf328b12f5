//! Does the example of docs/schema.md do what the page says?

use super::tests::{faults, shown};
use super::*;
use crate::schema::{Schema, SchemaFile};

const PAGE: &str = include_str!("../../../../../docs/schema.md");

/// The blocks of the page in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    PAGE.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_example_of_the_page_works() {
    let toml = blocks("toml");
    let [extension, vocabulary, mapping] = toml.as_slice() else { panic!("{} blocks", toml.len()) };
    let files = [
        SchemaFile { name: "detention-more.toml", text: extension },
        SchemaFile { name: "regimes.toml", text: vocabulary },
    ];
    let (schema, found) = Schema::with(&files);
    assert!(found.is_empty(), "{:?}", found.lines(9, false));
    let (mapping, found) = Mapping::parse(mapping, "mapping.toml", &schema);
    assert!(found.is_empty(), "{:?}", found.lines(9, false));
    let csv = blocks("csv");
    let [detentions, sites] = csv.as_slice() else { panic!("{} tables", csv.len()) };
    let files = [
        File { name: "detentions.csv", bytes: detentions.as_bytes() },
        File { name: "sites.csv", bytes: sites.as_bytes() },
    ];
    let imported = table(&files, &mapping, &schema);
    assert_eq!(
        shown(&imported),
        [
            "person:P1 [name=Ana Mirel; other_name=Ана; other_name=Anica]",
            "detention:detentions.csv:2/detention [start=2017-05-03; cell=4; regime=closed]",
            "act:detentions.csv:2/act [type=020101000000]",
            "detention:detentions.csv:3/detention [start=2018-06; regime=open]",
            "act:detentions.csv:3/act []",
            "person:P2 [name=Ivo Sarn]",
            "detention:detentions.csv:4/detention [start=2018]",
            "act:detentions.csv:4/act []",
            "place:S1 [name=Old mill]",
            "detention:detentions.csv:2/detention -facility-> place:S1",
            "detention:detentions.csv:2/detention -detainee-> person:P1",
            "act:detentions.csv:2/act -victim-> person:P1",
            "detention:detentions.csv:3/detention -facility-> place:S1",
            "detention:detentions.csv:3/detention -detainee-> person:P1",
            "act:detentions.csv:3/act -victim-> person:P1",
            "detention:detentions.csv:4/detention -facility-> place:S2",
            "detention:detentions.csv:4/detention -detainee-> person:P2",
            "act:detentions.csv:4/act -victim-> person:P2",
        ]
    );
    let texts: Vec<&str> = imported.unknown_terms.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(texts, ["hanged by the arms", "half open"]);
    assert_eq!(faults(&imported).len(), 3);
}

#[test]
fn the_page_names_every_kind() {
    for kind in Schema::standard().kinds() {
        assert!(PAGE.contains(&format!("`{}`", kind.name)), "{}", kind.name);
    }
}
