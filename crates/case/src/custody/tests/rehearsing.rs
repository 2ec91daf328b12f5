//! Is anything left of what was only rehearsed, of what was gathered ahead as well?

use super::identity;
use crate::custody::collect::{CollectError, Collecting, collect};
use crate::custody::folder::{Case, Opening};
use crate::custody::founding::WORKING;
use crate::custody::writer::WriteError;
use std::ops::ControlFlow;
use std::path::PathBuf;

#[test]
fn batches_that_were_sealed_ahead_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = Case::found(&folder.path().join("case"), "Valleys", identity("Ada"), Opening::default()).unwrap();
    let put = |number: u32| -> PathBuf {
        let path = folder.path().join(format!("{number}.txt"));
        std::fs::write(&path, number.to_string()).unwrap();
        path
    };
    let paths: Vec<PathBuf> = (0..5).map(put).collect();
    let objects = |case: &Case| -> Vec<String> {
        let store = case.store();
        let within = |name: String| store.files(&format!("objects/{name}")).unwrap();
        let named = store.folders("objects").unwrap().into_iter().flat_map(within);
        named.chain(store.files("objects").unwrap()).collect()
    };
    let (before, size) = (objects(&case), case.ledger().size());
    case.rehearse();
    let how = Collecting { files: 1, ..Collecting::new(WORKING) };
    let refused = collect(&mut case, &paths, &how, &mut |_| ControlFlow::Continue(())).unwrap_err();
    let CollectError::Write(WriteError::Rehearsed(told)) = refused else { panic!("{refused}") };
    assert_eq!(told.summary, "Collected 1 file");
    assert_eq!((objects(&case), case.ledger().size()), (before, size));
}
