//! Which rules do the benches compare?

/// The thirteen rules of the comparison with Splink, in its order.
pub const WIDE: [&str; 13] = [
    "name.family:written + name.given:written",
    "birth + event.place",
    "name.family:written + event.date",
    "name.given:written + birth",
    "name.family:written + event.place + birth:year",
    "name.given:written + event.date + event.place",
    "name.family:written4 + event.place",
    "name.family:written4 + birth:year",
    "name.family:written4 + event.date",
    "birth",
    "name.given:written + event.place + event.date:month",
    "name.family:written + event.date:month + event.region",
    "event.date + event.place",
];
