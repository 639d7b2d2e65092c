//! Plans of runs under a constraint.
use lgf_core::minimize::Plan;
use lgf_core::param::Value;

/// Both of them.
pub const METHODS: [&str; 2] = ["optimality-criteria", "mma"];

/// An option.
pub fn number(v: f64) -> Value {
    Value::Number(v)
}
/// An option of many numbers.
pub fn list(v: &[f64]) -> Value {
    Value::List(v.iter().map(|&v| Value::Number(v)).collect())
}
/// A method with its options.
pub fn plan(method: &str, entries: &[(&str, Value)]) -> Plan {
    let method = ("method".to_string(), Value::Text(method.into()));
    let entries = entries.iter().map(|(name, value)| (name.to_string(), value.clone()));
    Plan::read(Some(&Value::Tree(std::iter::once(method).chain(entries).collect()))).unwrap()
}
