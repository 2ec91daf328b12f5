//! Log-linear models and Chao's bound against Rcapture.

use crate::reference::{assert_close, by_model, table};
use factum_estimate::{Criterion, Detail, Model, Options, all_fits, estimate};

/// Rcapture's `glm` stops when the deviance moves by less than 1e-8 of itself, so its standard errors carry four digits.
const STANDARD_ERROR: f64 = 2e-4;

/// Compares every model; `without_estimate` are those whose intercept runs to infinity either way, where `glm` stops at some
/// number that means nothing (its `infoFit` is 1 there).
fn check(name: &str, without_estimate: &[&str]) {
    let mut theirs = by_model(&format!("rcapture_ms_{name}.csv"));
    let (ours, refused) = all_fits(&table(name), Criterion::Bic);
    for fit in &ours {
        let row = theirs.remove(&fit.name).unwrap_or_else(|| panic!("{name} {}: not in Rcapture's list", fit.name));
        let what = |part: &str| format!("{name} {} {part}", fit.name);
        assert_close(&what("N"), fit.estimate, row["abundance"], 1e-6);
        assert_close(&what("standard error"), fit.standard_error, row["stderr"], STANDARD_ERROR);
        // A saturated model's deviance is zero up to rounding.
        assert!((fit.deviance - row["deviance"]).abs() <= 1e-6 * row["deviance"].max(1.0), "{}", what("deviance"));
        assert_eq!(fit.degrees_of_freedom as f64, row["df"], "{}", what("df"));
        assert_close(&what("AIC"), fit.aic, row["AIC"], 1e-6);
        assert_close(&what("BIC"), fit.bic, row["BIC"], 1e-6);
    }
    let without: Vec<String> = refused.into_iter().map(|r| r.0).collect();
    assert!(theirs.keys().all(|k| without.contains(k)), "{name}: missing {:?}", theirs.keys());
    assert_eq!(without, without_estimate, "{name}");
}

#[test]
fn every_model_of_kosovo_agrees() {
    check("kosovo", &[]);
}

#[test]
fn every_model_of_other_tables_agrees() {
    check("spina3", &[]);
    check("hiv", &["[123+124+234]", "[123+124+134+234]"]);
    check("scotpwid4", &["[123+124+134+234]"]);
}

#[test]
fn the_best_models_of_kosovo_are_rcaptures() {
    let (fits, _) = all_fits(&table("kosovo"), Criterion::Bic);
    let names: Vec<&str> = fits[..4].iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["[123+14+34]", "[123+134]", "[134+12+23]", "[123+14+24+34]"]);
}

/// Rcapture's `closedpCI.t`: 10,334.5 [8,994.3, 12,110.4] under [123+14+34].
#[test]
fn the_profile_interval_of_kosovo_is_rcaptures() {
    let answer = estimate(&table("kosovo"), &Options::new(Model::LogLinear)).unwrap();
    let Detail::LogLinear(detail) = &answer.detail else { panic!("wrong detail") };
    let ours = [detail.profile.map(|p| p.maximum), answer.lower, answer.upper].map(Option::unwrap);
    for (ours, theirs) in ours.into_iter().zip([10_334.5, 8_994.3, 12_110.4]) {
        assert!((ours - theirs).abs() < 0.06, "{ours} against {theirs}");
    }
    assert!(answer.warnings.iter().any(|w| w.to_string().contains("[123+134]")), "{:?}", answer.warnings);
}

#[test]
fn chaos_bounds_are_rcaptures() {
    for name in ["kosovo", "spina3", "hiv", "scotpwid4"] {
        let theirs = by_model(&format!("rcapture_closedp_{name}.csv"));
        let answer = estimate(&table(name), &Options::new(Model::Chao)).unwrap();
        let Detail::Chao(detail) = answer.detail else { panic!("wrong detail") };
        let m_h = detail.m_h.unwrap();
        for (ours, model) in [(m_h, "Mh_Chao_(LB)"), (detail.m_th, "Mth_Chao_(LB)")] {
            assert_close(&format!("{name} {model}"), ours.estimate, theirs[model]["abundance"], 1e-6);
            assert_close(&format!("{name} {model}"), ours.standard_error, theirs[model]["stderr"], STANDARD_ERROR);
        }
    }
}
