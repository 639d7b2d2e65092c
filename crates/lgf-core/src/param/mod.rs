//! Every option of the library, declared once: name, type, default, admissible domain, meaning.
//!
//! [`options!`](crate::options) makes from one declaration the struct, its `Default`, the check of a hand-made struct, the reader of an untyped
//! [`Value`] and the [`Group`] from which the TypeScript interfaces and the option tables of the documentation are generated.
mod domain;
mod macros;
mod setting;
mod value;

pub use domain::Domain;
pub use setting::Setting;
pub use value::Value;

pub(crate) use macros::variants;
pub use macros::{choices, options};

use crate::error::{Error, Result};

/// One documented option.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in TypeScript.
    pub name: String,
    /// TypeScript type.
    pub ty: String,
    /// Default as text; empty where it is derived, see `doc`.
    pub default: String,
    /// Whether there is no default: its declared one lies outside the domain.
    pub required: bool,
    /// Admissible values as text.
    pub domain: String,
    /// Meaning.
    pub doc: String,
}

/// One options object, or one member of a union of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name of the TypeScript interface.
    pub name: String,
    /// What it configures.
    pub doc: String,
    /// Its options, or empty for a union.
    pub fields: Vec<Field>,
    /// Names of the groups it is the union of.
    pub union: Vec<String>,
}

/// A struct of options that is read from a [`Value`], checked and documented from one declaration.
pub trait Options: Sized + Default + Clone {
    /// Name of the TypeScript interface.
    const NAME: &'static str;
    /// Reads an options object; `None` means all defaults. `path` prefixes the names in errors.
    ///
    /// # Errors
    /// [`Error::Argument`] naming an unknown option, a value of the wrong type or outside its domain.
    fn read(value: Option<&Value>, path: &str) -> Result<Self>;
    /// The same checks for a struct made in Rust.
    ///
    /// # Errors
    /// As [`Options::read`].
    fn check(&self, path: &str) -> Result<()>;
    /// The tree that [`Options::read`] takes back.
    fn write(&self) -> Value;
    /// The declaration, for generated documentation.
    fn describe() -> Vec<Group>;
}

/// `path.name`, or `name` at the root.
#[doc(hidden)]
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.into() } else { format!("{path}.{name}") }
}

/// `history_size` to `historySize`.
#[doc(hidden)]
pub fn camel(name: &str) -> String {
    let mut upper = false;
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

/// The entries of an options object, unknown names refused.
#[doc(hidden)]
pub fn entries<'a>(value: Option<&'a Value>, path: &str, known: &[&str]) -> Result<&'a [(String, Value)]> {
    let here = if path.is_empty() { "options" } else { path };
    match value {
        None => Ok(&[]),
        Some(Value::Tree(entries)) => match entries.iter().find(|(name, _)| !known.iter().any(|k| camel(k) == *name)) {
            None => Ok(entries),
            Some((name, value)) => {
                let names: Vec<String> = known.iter().map(|k| camel(k)).collect();
                Err(Error::argument_error(
                    &join(path, name),
                    value.describe(),
                    format!("no such option; known here: {}", names.join(", ")),
                ))
            }
        },
        Some(other) => Err(Error::argument_error(here, other.describe(), "an object of options")),
    }
}

/// One option out of the entries of an object, or its default. A default outside of the domain marks a required option.
#[doc(hidden)]
pub fn take<T: Setting>(entries: &[(String, Value)], path: &str, field: &str, domain: &Domain, default: impl FnOnce() -> T) -> Result<T> {
    let name = camel(field);
    match entries.iter().find(|(key, _)| *key == name) {
        Some((_, value)) => T::read(value, &join(path, &name), domain),
        None => {
            let default = default();
            let missing = |_| Error::argument_error(&join(path, &name), "undefined", T::domain_text(domain));
            default.check(&name, domain).map_err(missing)?;
            Ok(default)
        }
    }
}

/// Two option structs that share one flat object: `{ dt, fdOrder }` is a `(TimeStepOptions, StrongOptions)`.
///
/// # Errors
/// As [`Options::read`]; a name that `A` does not know is left to `B` to accept or refuse.
pub fn read_flat<A: Options, B: Options>(value: Option<&Value>) -> Result<(A, B)> {
    let Some(Value::Tree(entries)) = value else {
        return Ok((A::read(value, "")?, B::read(value, "")?));
    };
    let names: Vec<String> = A::describe().swap_remove(0).fields.into_iter().map(|field| field.name).collect();
    let (first, second) = entries.iter().cloned().partition(|(name, _)| names.contains(name));
    Ok((A::read(Some(&Value::Tree(first)), "")?, B::read(Some(&Value::Tree(second)), "")?))
}
