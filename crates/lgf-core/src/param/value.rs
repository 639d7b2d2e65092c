//! Options as they arrive from outside: a tree of plain values, whatever language they were written in.

/// One value of an options object.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number; NaN and infinities arrive here too and are refused by the domain.
    Number(f64),
    /// A boolean.
    Bool(bool),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// A nested object; absent, undefined and null entries are left out.
    Tree(Vec<(String, Value)>),
    /// Anything else, described: `a function`.
    Other(String),
}

impl Value {
    /// How the value reads in an error message.
    pub fn describe(&self) -> String {
        match self {
            Self::Number(v) => v.to_string(),
            Self::Bool(v) => v.to_string(),
            Self::Text(v) => format!("'{v}'"),
            Self::List(v) => format!("an array of {}", v.len()),
            Self::Tree(_) => "an object".into(),
            Self::Other(v) => v.clone(),
        }
    }
}
