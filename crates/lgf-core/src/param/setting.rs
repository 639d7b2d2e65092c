//! Types an option may have.
use super::{Domain, Group, Options, Value};
use crate::error::{Error, Result};

/// A type that can be read from a [`Value`], checked against a [`Domain`] and shown in generated documentation.
pub trait Setting: Sized {
    /// TypeScript type.
    fn ty() -> String;
    /// Reads and checks.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `path`.
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self>;
    /// Checks a value made in Rust.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `path`.
    fn check(&self, path: &str, domain: &Domain) -> Result<()>;
    /// The value as TypeScript text; empty where there is none to show.
    fn show(&self) -> String;
    /// The value that [`Setting::read`] takes back; nothing where there is none.
    fn write(&self) -> Option<Value>;
    /// Documentation of nested groups.
    fn groups() -> Vec<Group> {
        Vec::new()
    }
    /// What to say of the admissible values.
    fn domain_text(domain: &Domain) -> String {
        domain.to_string()
    }
}

impl Setting for f64 {
    fn ty() -> String {
        "number".into()
    }
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self> {
        match value {
            Value::Number(v) => v.check(path, domain).map(|()| *v),
            other => Err(Error::argument_error(path, other.describe(), domain)),
        }
    }
    fn check(&self, path: &str, domain: &Domain) -> Result<()> {
        if domain.admits(*self) {
            Ok(())
        } else {
            Err(Error::argument_error(path, self, domain))
        }
    }
    fn show(&self) -> String {
        if *self != 0.0 && (self.abs() < 1e-3 || self.abs() >= 1e6) {
            format!("{self:e}")
        } else {
            self.to_string()
        }
    }
    fn write(&self) -> Option<Value> {
        Some(Value::Number(*self))
    }
}

impl Setting for usize {
    fn ty() -> String {
        "number".into()
    }
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self> {
        f64::read(value, path, domain).map(|v| v as usize)
    }
    fn check(&self, path: &str, domain: &Domain) -> Result<()> {
        (*self as f64).check(path, domain)
    }
    fn show(&self) -> String {
        self.to_string()
    }
    fn write(&self) -> Option<Value> {
        Some(Value::Number(*self as f64))
    }
}

impl Setting for bool {
    fn ty() -> String {
        "boolean".into()
    }
    fn read(value: &Value, path: &str, _: &Domain) -> Result<Self> {
        match value {
            Value::Bool(v) => Ok(*v),
            other => Err(Error::argument_error(path, other.describe(), "true or false")),
        }
    }
    fn check(&self, _: &str, _: &Domain) -> Result<()> {
        Ok(())
    }
    fn show(&self) -> String {
        self.to_string()
    }
    fn write(&self) -> Option<Value> {
        Some(Value::Bool(*self))
    }
    fn domain_text(_: &Domain) -> String {
        "true or false".into()
    }
}

impl Setting for Vec<f64> {
    fn ty() -> String {
        "ArrayLike<number>".into()
    }
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self> {
        match value {
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(i, item)| f64::read(item, &format!("{path}.{i}"), domain))
                .collect(),
            other => Err(Error::argument_error(path, other.describe(), "an array of numbers")),
        }
    }
    fn check(&self, path: &str, domain: &Domain) -> Result<()> {
        self.iter()
            .enumerate()
            .try_for_each(|(i, v)| v.check(&format!("{path}.{i}"), domain))
    }
    fn show(&self) -> String {
        format!("{self:?}")
    }
    fn write(&self) -> Option<Value> {
        Some(Value::List(self.iter().map(|&v| Value::Number(v)).collect()))
    }
    fn domain_text(domain: &Domain) -> String {
        format!("each {domain}")
    }
}

impl<const N: usize> Setting for [f64; N] {
    fn ty() -> String {
        format!("readonly [{}]", ["number"; N].join(", "))
    }
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self> {
        let items = Vec::<f64>::read(value, path, domain)?;
        <[f64; N]>::try_from(items)
            .map_err(|items| Error::argument_error(path, format!("an array of {}", items.len()), format!("an array of {N}")))
    }
    fn check(&self, path: &str, domain: &Domain) -> Result<()> {
        self.to_vec().check(path, domain)
    }
    fn show(&self) -> String {
        self.to_vec().show()
    }
    fn write(&self) -> Option<Value> {
        self.to_vec().write()
    }
    fn domain_text(domain: &Domain) -> String {
        Vec::<f64>::domain_text(domain)
    }
}

/// An option without a value of its own: what happens then stands in its documentation.
impl<T: Setting> Setting for Option<T> {
    fn ty() -> String {
        T::ty()
    }
    fn read(value: &Value, path: &str, domain: &Domain) -> Result<Self> {
        T::read(value, path, domain).map(Some)
    }
    fn check(&self, path: &str, domain: &Domain) -> Result<()> {
        self.as_ref().map_or(Ok(()), |v| v.check(path, domain))
    }
    fn show(&self) -> String {
        self.as_ref().map_or_else(String::new, T::show)
    }
    fn write(&self) -> Option<Value> {
        self.as_ref().and_then(T::write)
    }
    fn groups() -> Vec<Group> {
        T::groups()
    }
    fn domain_text(domain: &Domain) -> String {
        T::domain_text(domain)
    }
}

impl<T: Options> Setting for T {
    fn ty() -> String {
        T::NAME.into()
    }
    fn read(value: &Value, path: &str, _: &Domain) -> Result<Self> {
        <T as Options>::read(Some(value), path)
    }
    fn check(&self, path: &str, _: &Domain) -> Result<()> {
        Options::check(self, path)
    }
    fn show(&self) -> String {
        String::new()
    }
    fn write(&self) -> Option<Value> {
        Some(Options::write(self))
    }
    fn groups() -> Vec<Group> {
        T::describe()
    }
    fn domain_text(_: &Domain) -> String {
        format!("see {}", T::NAME)
    }
}
