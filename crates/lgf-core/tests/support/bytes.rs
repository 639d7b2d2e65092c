//! Snapshots taken apart and put together again, with a checksum that fits.
use super::table::{kind, optimizers, problem, steps};
use lgf_core::optimizer::{Begin, Optimizer, Want, restore};
use lgf_core::problem::Problem;
use serde::{Deserialize, Serialize};

pub const HEADER: usize = 16;

/// What stands behind the header, see `snapshot.rs`: these, then the state.
#[derive(Clone, Serialize, Deserialize)]
pub struct Head {
    pub kind: String,
    pub options: Vec<(String, Leaf)>,
    pub dimension: u64,
    pub trajectories: u64,
}

/// One option.
#[derive(Clone, Serialize, Deserialize)]
pub enum Leaf {
    Number(f64),
    Bool(bool),
    Text(String),
    List(Vec<f64>),
}

pub fn open(bytes: &[u8]) -> (Head, &[u8]) {
    postcard::take_from_bytes(&bytes[HEADER..]).unwrap()
}

pub fn close(head: &Head, state: &[u8]) -> Vec<u8> {
    with_checksum(&[&postcard::to_allocvec(head).unwrap(), state].concat())
}

pub fn with_checksum(body: &[u8]) -> Vec<u8> {
    let (version, checksum) = (5_u32.to_le_bytes(), crc32fast::hash(body).to_le_bytes());
    [b"LGFSNAP\0", &version[..], &checksum, body].concat()
}

/// Snapshots of every optimizer of the table: at the start, within a history, within a learned phase, with a question open.
pub fn snapshots() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    for (name, make) in optimizers() {
        let mut p = problem();
        let mut optimizer = make(&p.start());
        for epochs in [0, 4, 4, 15] {
            steps(optimizer.as_mut(), &mut p, epochs);
            all.push((name, optimizer.snapshot()));
        }
        optimizer.ask().unwrap();
        all.push((name, optimizer.snapshot()));
    }
    all
}

/// Many steps, whatever they end in.
pub fn survives(mut optimizer: Box<dyn Optimizer>, name: &str) {
    let mut p = problem();
    let mut gradient = vec![0.0; p.dimension()];
    for _ in 0..60 {
        let Ok(begun) = optimizer.begin() else { return };
        let Begin::Evaluate(request) = begun else { continue };
        let value = p.evaluate(optimizer.point(), &mut gradient);
        if optimizer
            .tell(request.id, value, (request.want == Want::Gradient).then_some(&gradient))
            .is_err()
        {
            return;
        }
    }
    drop(restore(kind(name), &optimizer.snapshot()));
}
