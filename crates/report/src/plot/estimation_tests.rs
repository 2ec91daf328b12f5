//! The plots of an estimate: what they show, by snapshot, and that neither numbers nor names break them.

use super::*;
use proptest::prelude::*;

fn by_model(label: &str, shape: Shape, numbers: (f64, f64, Option<f64>)) -> ByModel {
    let (estimate, lower, upper) = numbers;
    ByModel { label: label.into(), shape, estimate: Some(estimate), lower: Some(lower), upper, bound: false }
}

/// A bell of some width in the logarithm.
fn bell(middle: f64, width: f64) -> Vec<(f64, f64)> {
    let at = |i: i32| {
        let n = middle * (f64::from(i) / 20.0 * width).exp();
        (n, (-0.5 * (f64::from(i) / 20.0).powi(2)).exp() / n)
    };
    (-80..=80).map(at).collect()
}

/// Numbers that wander about as a chain does, the same each time.
fn wandering(draws: usize, start: u64, middle: f64) -> Vec<f64> {
    let mut state = start.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493);
    let mut at = 0.0;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        at = 0.9 * at + ((state >> 40) as f64 / f64::from(1 << 24) - 0.5) * 0.2;
        middle * f64::exp(at)
    };
    (0..draws).map(step).collect()
}

fn answers() -> Posteriors {
    let mut bound = by_model("chao", Shape::Unknown, (8_200.0, 7_650.0, Some(8_800.0)));
    bound.bound = true;
    Posteriors {
        title: "What each model holds likely".into(),
        models: vec![
            by_model("decomposable", Shape::Density(bell(10_300.0, 0.08)), (10_290.0, 8_994.0, Some(12_110.0))),
            by_model("latent-class", Shape::Draws(wandering(400, 7, 9_100.0)), (9_100.0, 8_010.0, Some(10_900.0))),
            by_model("log-linear", Shape::Unknown, (10_334.5, 8_994.3, None)),
            bound,
        ],
        observed: Some(4_400.0),
        minimum: Some(5_210.0),
        axis: "people in all, recorded or not".into(),
        words: "Four models.".into(),
    }
}

fn chains(count: usize) -> Chains {
    let chain = |i: usize| Chain {
        name: format!("chain {}", i + 1),
        draws: wandering(900, i as u64 + 1, if i == 2 { 11_900.0 } else { 10_300.0 }),
    };
    Chains {
        title: "Number of people by iteration".into(),
        chains: (0..count).map(chain).collect(),
        every: 10,
        words: "Chain 3 stays above the others.".into(),
    }
}

fn wavering() -> Modes {
    let mode = |location: f64, weight| Mode {
        location,
        lower: Some(location * 0.9),
        upper: Some(location * 1.25),
        weight: Some(weight),
    };
    Modes {
        title: "Modes of the posterior, latent classes".into(),
        modes: vec![mode(48_000.0, 0.31), mode(140_000.0, 0.686), mode(61_000.0, 0.004)],
        observed: Some(2_957.0),
        axis: "people in all, recorded or not".into(),
        words: "Two modes.".into(),
    }
}

fn overlapping() -> Upset {
    let lists = [("Bar association", 1_131), ("exhumations", 845), ("سجل المستشفى", 2_102), ("OSCE", 302)];
    let at = |bits: u32| Intersection {
        lists: (0..4).filter(|l| bits >> l & 1 == 1).collect(),
        people: if bits == 9 { None } else { Some(u64::from(4_000 / (bits * bits) + bits)) },
    };
    Upset {
        title: "People by combination of lists".into(),
        lists: lists.map(|(name, people)| (name.to_string(), people)).to_vec(),
        intersections: (1..16).map(at).collect(),
        words: "Most people are on one list only.".into(),
    }
}

fn names(count: usize) -> Vec<String> {
    let names = ["Bar association", "exhumations", "سجل المستشفى", "OSCE", "сельсовет Верхней долины", "police"];
    (0..count).map(|i| names[i % names.len()].to_string()).collect()
}

fn ratios(lists: usize) -> OddsRatios {
    let pair = |(one, other): (usize, usize)| {
        let middle = ((one * 5 + other * 3) as f64 - 9.0).exp2() / 16.0;
        let (lower, upper) = (Some(middle * 0.6), Some(middle * 1.7));
        match one + other {
            3 => OddsRatio { lists: (one, other), estimate: None, lower: None, upper: Some(0.8) },
            5 => OddsRatio { lists: (one, other), estimate: Some(middle), lower, upper: None },
            4 => OddsRatio { lists: (one, other), estimate: None, lower: None, upper: None },
            _ => OddsRatio { lists: (one, other), estimate: Some(middle), lower, upper },
        }
    };
    OddsRatios {
        title: "Odds ratios between lists".into(),
        lists: names(lists),
        pairs: pairs(lists).map(pair).collect(),
        words: "Two pairs are undefined.".into(),
    }
}

fn pairs(lists: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..lists).flat_map(move |one| (one + 1..lists).map(move |other| (one, other)))
}

fn joined(lists: usize) -> Edges {
    let edge = |(one, other): (usize, usize)| Edge {
        lists: (one, other),
        probability: if (one, other) == (1, 2) { None } else { Some(((one * 7 + other * 5) % 11) as f64 / 10.0) },
    };
    Edges {
        title: "Which lists depend on each other".into(),
        lists: names(lists),
        edges: pairs(lists).map(edge).collect(),
        words: "One pair is left open.".into(),
    }
}

fn supposed() -> Interaction {
    let at = |i: i32| {
        let log_odds_ratio = f64::from(i) / 8.0 * 4f64.ln();
        let moved = |n: f64| 4_400.0 + (n - 4_400.0) * log_odds_ratio.exp();
        let upper = if i > 6 { None } else { Some(moved(12_110.0)) };
        AtInteraction { log_odds_ratio, estimate: moved(10_334.0), lower: Some(moved(8_994.0)), upper }
    };
    Interaction {
        title: "The number against what no data can show".into(),
        points: (-8..=8).map(at).collect(),
        observed: Some(4_400.0),
        axis: "people in all, recorded or not".into(),
        words: "The number rises with the odds ratio.".into(),
    }
}

fn hardly_reached() -> Hidden {
    let class = |(share, reach): (f64, f64)| HiddenShare {
        share,
        reach,
        then: match (share, reach) {
            (0.5, 0.1) => IfHidden::RuledOut,
            (0.25, 0.1) => IfHidden::NoAnswer,
            _ => IfHidden::People(10_334.0 / (1.0 - share * (1.0 - 4.0 * reach))),
        },
    };
    let reaches = [0.0, 0.01, 0.05, 0.1];
    let classes = [0.05, 0.1, 0.25, 0.5].into_iter().flat_map(|s| reaches.map(|q| (s, q)));
    Hidden {
        title: "The number if some people were hardly reached".into(),
        classes: classes.map(class).collect(),
        estimate: Some(10_334.5),
        words: "From 10,878 to 20,668.".into(),
    }
}

/// What every drawing must be: one well-formed tree, without a coordinate that is no number, with its name and its words.
fn assert_sound(svg: &str, words: &str) {
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
    for broken in ["\"NaN", "\"inf", "\"-inf", ",NaN", ",inf", " NaN", " inf", "NaN<", "inf<"] {
        assert!(!svg.contains(broken), "{broken}");
    }
    assert!(svg.contains("<title>") && svg.contains(&format!("<desc>{words}</desc>")));
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("every tag ends");
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn no_label_of_an_estimate_or_an_overlap_is_too_small_to_read() {
    use super::evidence_tests::least_printed;
    for svg in [posteriors(&answers(), ENGLISH), upset(&overlapping(), ENGLISH)] {
        assert!(least_printed(&svg) >= 6.5, "{}", least_printed(&svg));
    }
}

#[test]
fn models_stand_on_one_axis() {
    let svg = posteriors(&answers(), ENGLISH);
    for shown in
        ["decomposable", "recorded: 4,400", "documented minimum: 5,210", "10,290 (8,994 to 12,110)", "at least 8,200"]
    {
        assert!(svg.contains(shown), "{shown}");
    }
    assert!(svg.contains("10,334 (from 8,994)"), "an upper limit that is absent is no number");
    assert_eq!(svg.matches("<polygon").count(), 2, "only what has a posterior has a hill");
    assert_sound(&svg, "Four models.");
    insta::assert_snapshot!(svg);
}

#[test]
fn far_answers_are_drawn_on_a_logarithmic_axis() {
    let mut far = answers();
    far.models[2].upper = Some(4e6);
    let svg = posteriors(&far, ENGLISH);
    assert!(svg.contains("density by the logarithm") && svg.contains("1,000,000<"));
}

#[test]
fn each_chain_has_its_strip() {
    let svg = traces(&chains(4));
    assert_eq!(svg.matches("<polyline").count(), 4);
    assert!(svg.contains("iteration") && svg.contains("chain 4"));
    assert_sound(&svg, "Chain 3 stays above the others.");
    insta::assert_snapshot!(svg);
}

#[test]
fn a_gap_in_a_chain_stays_a_gap() {
    let mut one = chains(1);
    one.chains[0].draws[400] = f64::NAN;
    assert_eq!(traces(&one).matches("<polyline").count(), 2);
}

#[test]
fn chains_that_are_left_out_are_counted() {
    assert!(traces(&chains(20)).contains("and 4 more, not drawn"));
    assert!(ranks(&chains(20)).contains("and 4 more, not drawn"));
}

#[test]
fn ranks_stand_on_zero() {
    let svg = ranks(&chains(4));
    assert_sound(&svg, "Chain 3 stays above the others.");
    insta::assert_snapshot!(svg);
}

#[test]
fn the_heaviest_mode_is_the_first() {
    let svg = modes(&wavering());
    let (first, second) = (svg.find("140,000 (").expect("drawn"), svg.find("48,000 (").expect("drawn"));
    assert!(first < second && svg.contains("69 %") && svg.contains("&lt;1 %"));
    assert_sound(&svg, "Two modes.");
    insta::assert_snapshot!(svg);
}

#[test]
fn structural_zeros_are_no_bars() {
    let svg = upset(&overlapping(), ENGLISH);
    assert!(svg.contains("hatched: nobody could be on just these lists"));
    assert_eq!(svg.matches("width=\"12.00\"").count(), 15, "a bar for each combination, an outline for the zero");
    assert_sound(&svg, "Most people are on one list only.");
    insta::assert_snapshot!(svg);
}

#[test]
fn rare_combinations_share_a_column() {
    let mut many = overlapping();
    many.lists = (0..6).map(|i| (format!("list {i}"), 100)).collect();
    let at = |bits: u64| Intersection { lists: (0..6).filter(|l| bits >> l & 1 == 1).collect(), people: Some(bits) };
    many.intersections = (1..64).map(at).collect();
    // 63 down to 34 have columns of their own; 1 to 33 sum to 561.
    let svg = upset(&many, ENGLISH);
    assert!(svg.contains("rarer combinations together: 33") && svg.contains("561<"));
}

#[test]
fn undefined_odds_ratios_are_neither_zero_nor_infinite() {
    let svg = odds_ratios(&ratios(4));
    assert!(svg.contains("undefined (up to 0.80)") && svg.contains(">\u{200b}undefined<"));
    assert_sound(&svg, "Two pairs are undefined.");
    insta::assert_snapshot!(svg);
    let zero = OddsRatio { lists: (0, 1), estimate: Some(0.0), lower: Some(0.0), upper: Some(f64::INFINITY) };
    let svg = odds_ratios(&OddsRatios { pairs: vec![zero], ..ratios(2) });
    assert!(svg.contains("undefined") && !svg.contains("<circle"));
}

#[test]
fn edges_are_as_thick_as_they_are_likely() {
    let svg = edges(&joined(5));
    assert!(svg.contains("stroke-width=\"7\"") && svg.contains("100"));
    assert_sound(&svg, "One pair is left open.");
    insta::assert_snapshot!(svg);
    assert!(!edges(&joined(12)).contains("the thicker"), "twelve lists on a circle cannot be told apart");
}

#[test]
fn the_band_ends_where_a_limit_does() {
    let svg = interaction(&supposed());
    for shown in ["1/4", "1 (the model)", "10,334", "28,136", "upper limit, none beyond"] {
        assert!(svg.contains(shown), "{shown}");
    }
    assert_sound(&svg, "The number rises with the odds ratio.");
    insta::assert_snapshot!(svg);
}

#[test]
fn classes_that_are_ruled_out_have_no_number() {
    let svg = hidden(&hardly_reached());
    for shown in ["ruled out", "no answer", "20,668", "the model alone says 10,334"] {
        assert!(svg.contains(shown), "{shown}");
    }
    assert_sound(&svg, "From 10,878 to 20,668.");
    insta::assert_snapshot!(svg);
}

/// Every plot of an estimate with one title, one name and some numbers in every place.
fn all(title: &str, name: &str, items: usize, numbers: &[f64]) -> Vec<String> {
    let (title, words) = (title.to_string(), title.to_string());
    let number = |i: usize| numbers.get(i % numbers.len().max(1)).copied().unwrap_or(f64::NAN);
    let names: Vec<String> = (0..items).map(|_| name.to_string()).collect();
    let every = || 0..items;
    let shape = |i: usize| match i % 3 {
        0 => Shape::Draws(numbers.to_vec()),
        1 => Shape::Density(numbers.iter().map(|&n| (n, n.abs())).collect()),
        _ => Shape::Unknown,
    };
    let (axis, observed) = (name.to_string(), Some(number(0)));
    let model = |i: usize| by_model(name, shape(i), (number(i), number(i + 1), Some(number(i + 2))));
    let answers = Posteriors {
        title: title.clone(),
        models: every().map(model).collect(),
        observed,
        minimum: Some(number(1)),
        axis: axis.clone(),
        words: words.clone(),
    };
    let chain = |_| Chain { name: name.to_string(), draws: numbers.to_vec() };
    let chains = Chains { title: title.clone(), chains: every().map(chain).collect(), every: 0, words: words.clone() };
    let mode = |i| Mode {
        location: number(i),
        lower: Some(number(i + 1)),
        upper: Some(number(i + 2)),
        weight: Some(number(i + 3)),
    };
    let wavering = Modes {
        title: title.clone(),
        modes: every().map(mode).collect(),
        observed,
        axis: axis.clone(),
        words: words.clone(),
    };
    let people = |i: usize| if i % 5 == 4 { None } else { Some(number(i).abs() as u64) };
    let overlapping = Upset {
        title: title.clone(),
        lists: every().map(|i| (name.to_string(), number(i).abs() as u64)).collect(),
        intersections: (0..items * 9).map(|i| Intersection { lists: vec![i % 13, i % 7], people: people(i) }).collect(),
        words: words.clone(),
    };
    let ratio = |lists: (usize, usize)| OddsRatio {
        lists,
        estimate: Some(number(lists.0)),
        lower: Some(number(lists.1)),
        upper: Some(number(lists.0 + lists.1)),
    };
    let ratios = OddsRatios {
        title: title.clone(),
        lists: names.clone(),
        pairs: pairs(items + 1).map(ratio).collect(),
        words: words.clone(),
    };
    let edge = |lists: (usize, usize)| Edge { lists, probability: Some(number(lists.0 + lists.1)) };
    let joined =
        Edges { title: title.clone(), lists: names, edges: pairs(items + 1).map(edge).collect(), words: words.clone() };
    let at = |i| AtInteraction {
        log_odds_ratio: number(i),
        estimate: number(i + 1),
        lower: Some(number(i + 2)),
        upper: Some(number(i + 3)),
    };
    let supposed =
        Interaction { title: title.clone(), points: every().map(at).collect(), observed, axis, words: words.clone() };
    let class = |i| HiddenShare { share: number(i), reach: number(i + 1), then: IfHidden::People(number(i + 2)) };
    let hardly = Hidden { title, classes: every().map(class).collect(), estimate: observed, words };
    vec![
        posteriors(&answers, ENGLISH),
        traces(&chains),
        ranks(&chains),
        modes(&wavering),
        upset(&overlapping, ENGLISH),
        odds_ratios(&ratios),
        edges(&joined),
        interaction(&supposed),
        hidden(&hardly),
    ]
}

#[test]
fn nothing_is_said_to_be_nothing() {
    for svg in all("a plot", "a list", 0, &[]) {
        assert!(svg.contains("Nothing to show") || svg.contains("undefined"), "{svg}");
        assert_sound(&svg, "a plot");
    }
    for svg in all("a plot", "a list", 3, &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
        assert_sound(&svg, "a plot");
    }
}

#[test]
fn one_item_and_twelve_lists_are_drawn() {
    for items in [1, 2, 12] {
        all("a plot", "a list", items, &[5_000.0, 0.3, 7.0, 9_200.0, 12.0])
            .iter()
            .for_each(|svg| assert_sound(svg, "a plot"));
    }
}

#[test]
fn long_names_are_cut_to_their_room() {
    for letter in ["m", "ш", "登", "س"] {
        let name = letter.repeat(200);
        for svg in all(&name, &name, 4, &[5_000.0, 700.0, 9_200.0]) {
            let body = svg.split("</desc>").nth(1).expect("a description comes first");
            assert!(!body.contains(&letter.repeat(160)), "{letter} is not cut");
        }
    }
}

#[test]
fn markup_in_names_is_text() {
    let name = "</text><script>alert(1)</script>\"&'\u{1}";
    for svg in all("a plot", name, 3, &[5_000.0, 700.0, 9_200.0]) {
        assert!(!svg.contains("<script") && !svg.contains('\u{1}'));
        assert_sound(&svg, "a plot");
    }
    for svg in all("<script>\u{1}", "a list", 1, &[5_000.0]) {
        assert!(!svg.contains("<script") && !svg.contains('\u{1}'));
    }
}

proptest! {
    // Each case draws nine plots, and measuring letters is slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_estimate_is_drawn(
        numbers in prop::collection::vec(prop::num::f64::ANY, 0..9),
        items in 0usize..5,
        name in "\\PC{0,40}",
    ) {
        all("a plot", &name, items, &numbers).iter().for_each(|svg| assert_sound(svg, "a plot"));
    }

    #[test]
    fn numbers_of_people_are_drawn_within_the_picture(
        numbers in prop::collection::vec(1.0f64..1e9, 1..9),
        items in 1usize..14,
    ) {
        for svg in all("a plot", "a list", items, &numbers) {
            let attribute = |tag: &str, name: &str| -> Option<f64> {
                tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.parse().ok()
            };
            let (width, height) = (attribute(&svg, " width").expect("w"), attribute(&svg, " height").expect("h"));
            for tag in svg.split('<') {
                for (name, most) in [(" x", width), (" x1", width), (" x2", width), (" cx", width), (" y", height), (" y1", height), (" y2", height)] {
                    if let Some(place) = attribute(tag, name) {
                        prop_assert!((-0.01..=most + 0.01).contains(&place), "{tag} beyond {width} by {height}");
                    }
                }
            }
        }
    }
}
