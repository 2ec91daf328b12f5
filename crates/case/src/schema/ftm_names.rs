//! Which names does FollowTheMoney have for what this schema says?
//!
//! Names of schemata and properties of the FollowTheMoney model (alephdata/followthemoney), as far as kinds of an inquiry
//! are held by them. They are facts of the format; an inquiry's own kinds are checked against them.

/// A schema: its name, the schemata it extends, its own properties. An abstract one holds no entity.
struct Named {
    name: &'static str,
    extends: &'static [&'static str],
    properties: &'static [&'static str],
    is_abstract: bool,
}

const fn of(name: &'static str, extends: &'static [&'static str], properties: &'static [&'static str]) -> Named {
    Named { name, extends, properties, is_abstract: false }
}

const fn above(name: &'static str, extends: &'static [&'static str], properties: &'static [&'static str]) -> Named {
    Named { name, extends, properties, is_abstract: true }
}

const SCHEMATA: &[Named] = &[
    above(
        "Thing",
        &[],
        &[
            "name",
            "summary",
            "description",
            "country",
            "alias",
            "previousName",
            "weakAlias",
            "sourceUrl",
            "publisher",
            "publisherUrl",
            "wikipediaUrl",
            "wikidataId",
            "keywords",
            "topics",
            "address",
            "addressEntity",
            "program",
            "notes",
            "proof",
            "modifiedAt",
            "retrievedAt",
        ],
    ),
    above("Interval", &[], &["startDate", "endDate", "date", "summary", "recordId", "sourceUrl"]),
    above("Interest", &["Interval"], &["role", "status"]),
    of(
        "LegalEntity",
        &["Thing"],
        &[
            "email",
            "phone",
            "website",
            "legalForm",
            "incorporationDate",
            "dissolutionDate",
            "status",
            "sector",
            "classification",
            "registrationNumber",
            "idNumber",
            "taxNumber",
            "jurisdiction",
            "mainCountry",
            "parent",
        ],
    ),
    of(
        "Person",
        &["LegalEntity"],
        &[
            "title",
            "firstName",
            "secondName",
            "middleName",
            "fatherName",
            "motherName",
            "lastName",
            "nameSuffix",
            "birthDate",
            "birthPlace",
            "birthCountry",
            "deathDate",
            "position",
            "nationality",
            "citizenship",
            "passportNumber",
            "socialSecurityNumber",
            "gender",
            "ethnicity",
            "height",
            "weight",
            "eyeColor",
            "hairColor",
            "appearance",
            "religion",
            "political",
            "education",
            "spokenLanguage",
        ],
    ),
    of("Organization", &["LegalEntity"], &["imoNumber"]),
    of("PublicBody", &["Organization"], &[]),
    of("Company", &["Organization"], &["capital", "ticker"]),
    of(
        "Address",
        &["Interval"],
        &[
            "full",
            "remarks",
            "postOfficeBox",
            "street",
            "street2",
            "city",
            "postalCode",
            "region",
            "latitude",
            "longitude",
            "country",
        ],
    ),
    of("Event", &["Interval", "Thing"], &["location", "country", "important", "organizer", "involved"]),
    of(
        "Document",
        &["Thing"],
        &["title", "author", "generator", "fileName", "mimeType", "language", "date", "authoredAt", "publishedAt"],
    ),
    of("UnknownLink", &["Interest"], &["subject", "object"]),
    of("Membership", &["Interest"], &["member", "organization"]),
    of("Directorship", &["Interest"], &["director", "organization"]),
    of("Employment", &["Interest"], &["employee", "employer"]),
    of("Ownership", &["Interest"], &["owner", "asset"]),
    of("Representation", &["Interest"], &["client", "agent"]),
    of("Documentation", &["Interest"], &["document", "entity"]),
    of("Family", &["Interval"], &["person", "relative", "relationship"]),
    of("Associate", &["Interval"], &["person", "associate", "relationship"]),
];

/// Schemata that tie two entities together: the property of one end, of the other, and of the words for the tie.
const TIES: &[(&str, &str, &str, &str)] = &[
    ("UnknownLink", "subject", "object", "role"),
    ("Membership", "member", "organization", "role"),
    ("Directorship", "director", "organization", "role"),
    ("Employment", "employee", "employer", "role"),
    ("Ownership", "owner", "asset", "role"),
    ("Representation", "client", "agent", "role"),
    ("Documentation", "document", "entity", "role"),
    ("Family", "person", "relative", "relationship"),
    ("Associate", "person", "associate", "relationship"),
];

fn named(schema: &str) -> Option<&'static Named> {
    SCHEMATA.iter().find(|s| s.name == schema)
}

/// Whether entities can be of this schema.
pub fn is_schema(schema: &str) -> bool {
    named(schema).is_some_and(|s| !s.is_abstract)
}

/// Whether a schema has a property, of its own or of what it extends.
pub fn has(schema: &str, property: &str) -> bool {
    named(schema).is_some_and(|s| s.properties.contains(&property) || s.extends.iter().any(|e| has(e, property)))
}

/// The ends and the words of a schema that ties two entities together.
pub fn tie(schema: &str) -> Option<(&'static str, &'static str, &'static str)> {
    TIES.iter().find(|t| t.0 == schema).map(|t| (t.1, t.2, t.3))
}

/// Whether the values of a property are countries, of which FollowTheMoney takes two-letter codes only.
pub fn is_country(property: &str) -> bool {
    matches!(property, "country" | "birthCountry" | "nationality" | "citizenship" | "jurisdiction" | "mainCountry")
}

/// Nearest schema above that a kind could be held by, for schemata that an import meets and no kind names.
pub fn wider(schema: &str) -> Option<&'static str> {
    match schema {
        "Company" | "PublicBody" | "Agency" => Some("Organization"),
        "Pages" | "PlainText" | "HyperText" | "Image" | "Video" | "Audio" | "Email" | "Table" | "Workbook"
        | "Package" | "Folder" | "Article" => Some("Document"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_come_from_what_a_schema_extends() {
        let check = |schema: &str, property: &str, expected: bool| assert_eq!(has(schema, property), expected);
        check("Person", "birthDate", true);
        check("Person", "name", true);
        check("Event", "startDate", true);
        check("Event", "birthDate", false);
        check("Nothing", "name", false);
        assert!(is_schema("Event") && !is_schema("Thing"));
    }

    #[test]
    fn the_ends_of_ties_are_properties() {
        for (schema, one, other, words) in TIES {
            assert!([one, other, words].iter().all(|p| has(schema, p)), "{schema}");
        }
    }
}
