//! Any optimizer as bytes: versioned, checked, the same bits again.
//!
//! ```text
//! "LGFSNAP\0" | version u32 | checksum u32 of all that follows | kind, options, sizes, state
//! ```
//! All numbers are little-endian; doubles keep their bits. Options are stored by name, as a user wrote them: they are checked again when
//! they are read, and an option that a later version adds takes its default.
use crate::error::{Error, Result};
use crate::param::{Options, Value, join};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 8] = b"LGFSNAP\0";
/// Raised when the layout of any state changes.
const VERSION: u32 = 5;
const HEADER: usize = 16;

/// What stands in front of the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    /// Name of the exported class.
    kind: String,
    /// Dotted names with their values: nothing in here nests, so that no forged bytes can make reading recurse.
    options: Vec<(String, Leaf)>,
    dimension: u64,
    trajectories: u64,
}

/// The value of one option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Leaf {
    Number(f64),
    Bool(bool),
    Text(String),
    List(Vec<f64>),
}

/// Names in a dotted path at most; options nest half as deep.
const DEEPEST: usize = 6;

/// The leaves of an options tree.
fn flatten(value: &Value, path: &str, leaves: &mut Vec<(String, Leaf)>) {
    let leaf = match value {
        Value::Tree(entries) => {
            for (name, value) in entries {
                flatten(value, &join(path, name), leaves);
            }
            return;
        }
        Value::Number(v) => Leaf::Number(*v),
        Value::Bool(v) => Leaf::Bool(*v),
        Value::Text(v) => Leaf::Text(v.clone()),
        Value::List(items) => Leaf::List(
            items
                .iter()
                .filter_map(|v| if let Value::Number(v) = v { Some(*v) } else { None })
                .collect(),
        ),
        // No option has such a value.
        Value::Other(_) => return,
    };
    leaves.push((path.into(), leaf));
}

/// The tree of these leaves.
fn unflatten(leaves: Vec<(String, Leaf)>) -> Option<Value> {
    let mut root = Vec::new();
    for (path, leaf) in leaves {
        if path.split('.').count() > DEEPEST {
            return None;
        }
        let mut entries = &mut root;
        let (inner, name) = path
            .rsplit_once('.')
            .map_or((None, path.as_str()), |(inner, name)| (Some(inner), name));
        for part in inner.into_iter().flat_map(|inner| inner.split('.')) {
            let at = entries.iter().position(|(name, _)| name == part).unwrap_or_else(|| {
                entries.push((part.to_string(), Value::Tree(Vec::new())));
                entries.len() - 1
            });
            let Value::Tree(next) = &mut entries[at].1 else { return None };
            entries = next;
        }
        let value = match leaf {
            Leaf::Number(v) => Value::Number(v),
            Leaf::Bool(v) => Value::Bool(v),
            Leaf::Text(v) => Value::Text(v),
            Leaf::List(v) => Value::List(v.into_iter().map(Value::Number).collect()),
        };
        entries.push((name.to_string(), value));
    }
    Some(Value::Tree(root))
}

/// A snapshot that was found to be whole and ours.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot<'a> {
    /// Name of the exported class.
    pub kind: String,
    pub options: Value,
    pub dimension: u64,
    pub trajectories: u64,
    pub state: &'a [u8],
}

fn refuse(reason: impl Into<String>) -> Error {
    Error::Snapshot { reason: reason.into() }
}

/// Bytes of a run.
pub(crate) fn write(kind: &str, options: &impl Options, dimension: usize, trajectories: usize, state: &impl Serialize) -> Vec<u8> {
    let mut leaves = Vec::new();
    flatten(&options.write(), "", &mut leaves);
    let head = Head {
        kind: kind.into(),
        options: leaves,
        dimension: dimension as u64,
        trajectories: trajectories as u64,
    };
    let mut bytes = Vec::new();
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.resize(HEADER, 0);
    // Writing to a vector fails for sequences of unknown length only; there are none in a state.
    let bytes = postcard::to_extend(&head, bytes).and_then(|bytes| postcard::to_extend(state, bytes));
    let mut bytes = bytes.unwrap_or_default();
    let checksum = bytes.get(HEADER..).map_or(0, crc32fast::hash);
    if let Some(place) = bytes.get_mut(HEADER - 4..HEADER) {
        place.copy_from_slice(&checksum.to_le_bytes());
    }
    bytes
}

/// What the bytes hold, once they were found to be whole and ours.
///
/// # Errors
/// [`Error::Snapshot`] saying what is wrong with them.
pub(crate) fn read(bytes: &[u8]) -> Result<Snapshot<'_>> {
    let Some((header, body)) = bytes.split_at_checked(HEADER).filter(|(header, _)| header.starts_with(MAGIC)) else {
        return Err(refuse("these bytes are no snapshot of an optimizer"));
    };
    let word = |from: usize| u32::from_le_bytes([header[from], header[from + 1], header[from + 2], header[from + 3]]);
    if word(8) != VERSION {
        return Err(refuse(format!("of version {}; this library reads version {VERSION}", word(8))));
    }
    if word(12) != crc32fast::hash(body) {
        return Err(refuse("damaged: the checksum does not fit the bytes"));
    }
    let (head, state) = postcard::take_from_bytes::<Head>(body).map_err(|_| refuse("damaged: it ends too early"))?;
    Ok(Snapshot {
        kind: head.kind,
        options: unflatten(head.options).ok_or_else(|| refuse("damaged: its options do not fit together"))?,
        dimension: head.dimension,
        trajectories: head.trajectories,
        state,
    })
}

/// The state of a run.
///
/// # Errors
/// [`Error::Snapshot`].
pub(crate) fn read_state<T: DeserializeOwned>(state: &[u8]) -> Result<T> {
    postcard::from_bytes(state).map_err(|_| refuse("damaged: its state cannot be read"))
}

/// Refuses a state whose parts do not fit together.
///
/// # Errors
/// [`Error::Snapshot`].
pub(crate) fn require(sound: bool) -> Result<()> {
    if sound {
        Ok(())
    } else {
        Err(refuse("damaged: its parts do not fit together"))
    }
}

/// Refuses a snapshot of another kind of optimizer.
///
/// # Errors
/// [`Error::Snapshot`].
pub(crate) fn require_kind(snapshot: &Snapshot<'_>, kind: &str) -> Result<()> {
    if snapshot.kind == kind {
        Ok(())
    } else {
        Err(refuse(format!("of {}, expected one of {kind}", snapshot.kind)))
    }
}
