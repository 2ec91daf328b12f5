//! Maps: what they show, by snapshot, and that no place breaks them.

use super::super::spoken::ENGLISH;
use super::*;
use proptest::prelude::*;

fn is_whole(svg: &str) {
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    for broken in ["NaN", "inf"] {
        let starts = ["\"", "\"-", ",", " ", "M", "L"].map(|before| format!("{before}{broken}"));
        // A label may hold anything; coordinates stand in attributes before the first letter of a text.
        let shapes = svg.split('>').filter(|tag| tag.contains("points=") || tag.contains(" d=") || tag.contains("x="));
        for tag in shapes {
            assert!(!starts.iter().any(|s| tag.contains(s)), "{tag}");
        }
    }
}

fn point(label: &str, longitude: f64, latitude: f64, precision: Option<f64>) -> MappedPlace {
    MappedPlace { label: label.into(), number: None, at: Whereabouts::Point { longitude, latitude, precision } }
}

fn region(label: &str, longitude: f64, latitude: f64, radius: f64) -> MappedPlace {
    MappedPlace { label: label.into(), number: Some(1204), at: Whereabouts::Region { longitude, latitude, radius } }
}

/// An island that no atlas has, with a lake.
fn island() -> Outlines {
    let wave = |i: u32, x: f64, y: f64, wide: f64| {
        let turn = f64::from(i) / 60.0 * std::f64::consts::TAU;
        let far = wide * (1.0 + 0.18 * (3.0 * turn).sin() + 0.07 * (7.0 * turn).cos());
        (x + far * turn.cos(), y + 0.7 * far * turn.sin())
    };
    let ring = |x, y, wide| (0..60).map(|i| wave(i, x, y, wide)).collect::<Vec<_>>();
    Outlines::Given {
        rings: vec![ring(-30.0, 30.0, 2.0), ring(-29.6, 30.2, 0.35)],
        source: "drawn for this inquiry".into(),
    }
}

pub(in crate::plot) fn some_map() -> Map {
    let area = Whereabouts::Area(vec![vec![(-31.2, 29.4), (-30.6, 29.3), (-30.5, 29.8), (-31.1, 29.9)]]);
    Map {
        title: "Places of detention".into(),
        places: vec![
            point("P-001 Harel camp", -30.2, 30.5, Some(20.0)),
            point("P-002 السجن القديم", -29.1, 30.4, Some(1.0)),
            point("P-003", -29.05, 30.41, Some(1.0)),
            point("P-004", -29.08, 30.38, Some(1.0)),
            point("P-005 北方集中营", -30.4, 30.9, None),
            region("P-006", -29.7, 29.5, 35.0),
            region("P-007", -31.3, 30.2, 2.0),
            MappedPlace { label: "P-008 forbidden zone".into(), number: Some(7), at: area },
            point("P-009", f64::NAN, 30.0, None),
        ],
        outlines: island(),
        note: "The two councils dispute the southern shore.".into(),
    }
}

#[test]
fn an_invented_country_has_a_map() {
    assert_eq!(
        some_map().alt(ENGLISH),
        "A map, 28.3°N to 31.3°N, 32.3°W to 27.8°W. Points with a known precision: 4; with an unknown one: 1; known only to a \
         region: 2; areas: 1; without coordinates that exist: 1."
    );
    let svg = map(&some_map(), ENGLISH);
    is_whole(&svg);
    for said in ["Lambert azimuthal equal-area", "disputed", "drawn for this inquiry", "two councils", "100 km", "30°N"]
    {
        assert!(svg.contains(said), "{said}");
    }
    insta::assert_snapshot!(svg);
}

#[test]
fn a_region_is_never_a_point() {
    let of = |place| Map { title: String::new(), places: vec![place], outlines: island(), note: String::new() };
    let marks = |place| {
        let svg = map(&of(place), ENGLISH);
        (svg.matches("<circle").count(), svg.matches("stroke-dasharray=\"5 3\"").count())
    };
    // The legend has two marks and a dashed circle of its own.
    assert_eq!(marks(region("P-001", -30.0, 30.0, 30.0)), (2, 2));
    assert_eq!(marks(region("P-001", -30.0, 30.0, 0.0)), (2, 2));
    // A mark that is filled has a rim of paper.
    assert_eq!(marks(point("P-001", -30.0, 30.0, Some(0.1))), (4, 1));
    assert_eq!(marks(point("P-001", -30.0, 30.0, None)), (3, 1));
}

#[test]
fn the_outlines_of_the_world_are_drawn() {
    let of = |places| Map { title: "World".into(), places, outlines: Outlines::World, note: String::new() };
    let local = map(&of(vec![point("P-001", 12.0, 44.0, Some(150.0)), point("P-002", 20.0, 39.0, None)]), ENGLISH);
    let world = map(&of(vec![point("P-001", 12.0, 44.0, Some(150.0)), point("P-002", -160.0, -39.0, None)]), ENGLISH);
    let antimeridian =
        map(&of(vec![point("P-001", 178.0, -17.0, Some(60.0)), point("P-002", -175.0, -21.0, None)]), ENGLISH);
    let polar = map(&of(vec![point("P-001", 10.0, -80.0, Some(60.0)), point("P-002", 170.0, -75.0, None)]), ENGLISH);
    for (svg, projection) in
        [(&local, "Lambert"), (&world, "Equirectangular"), (&antimeridian, "Lambert"), (&polar, "Lambert")]
    {
        is_whole(svg);
        assert!(svg.contains("Natural Earth") && svg.contains(projection));
        assert!(svg.matches("evenodd").count() == 1 && svg.len() < 400_000, "{}", svg.len());
    }
    assert_eq!(
        local,
        map(&of(vec![point("P-001", 12.0, 44.0, Some(150.0)), point("P-002", 20.0, 39.0, None)]), ENGLISH)
    );
}

#[test]
fn no_place_is_drawn_as_nothing() {
    for places in [vec![], vec![point("P-001", 0.0, 91.0, None)], vec![region("P-001", 0.0, 0.0, f64::INFINITY)]] {
        let label = "</text><script>alert(1)</script>\u{0}&\"'".to_string();
        let svg = map(&Map { title: label.clone(), places, outlines: Outlines::World, note: label }, ENGLISH);
        is_whole(&svg);
        assert!(svg.contains("Nothing to show") && !svg.contains("<script"));
    }
}

proptest! {
    // Each case draws a map of up to three hundred places on the whole world.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_places_are_drawn(
        places in prop::collection::vec((-400.0f64..400.0, -95.0f64..95.0, prop::option::of(-1.0f64..20_000.0)), 0..300),
        near in any::<bool>(),
        label in "\\PC{0,20}",
    ) {
        let factor = if near { 0.01 } else { 1.0 };
        let all = places.iter().enumerate().map(|(i, &(x, y, far))| match i % 3 {
            0 => point(&label, x * factor, y * factor, far.map(|f| f * factor)),
            1 => region(&label, x * factor, y * factor, far.unwrap_or(f64::NAN) * factor),
            _ => MappedPlace { label: label.clone(), number: None, at: Whereabouts::Area(vec![vec![(x, y), (y, x / 5.0), (x, -y)]]) },
        });
        for outlines in [Outlines::World, island(), Outlines::None] {
            is_whole(&map(&Map { title: label.clone(), places: all.clone().collect(), outlines, note: label.clone() }, ENGLISH));
        }
    }
}
