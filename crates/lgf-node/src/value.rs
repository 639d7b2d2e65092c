//! JavaScript options objects to the untyped tree that the core reads.
use lgf_core::param::Value;
use napi::bindgen_prelude::{JsObjectValue, Object, Unknown};
use napi::{JsValue, ValueType};

/// Nesting of the deepest options object; a cyclic object ends here.
const DEEPEST: usize = 8;

/// Options that can be absent.
pub fn options(value: Option<Unknown<'_>>) -> napi::Result<Option<Value>> {
    match value {
        None => Ok(None),
        Some(value) => read(value, DEEPEST),
    }
}

/// `None` for undefined and null, which mean the default.
fn read(value: Unknown<'_>, depth: usize) -> napi::Result<Option<Value>> {
    Ok(Some(match value.get_type()? {
        ValueType::Undefined | ValueType::Null => return Ok(None),
        ValueType::Number => Value::Number(unsafe { value.cast()? }),
        ValueType::Boolean => Value::Bool(unsafe { value.cast()? }),
        ValueType::String => Value::Text(unsafe { value.cast()? }),
        ValueType::Object if depth == 0 => Value::Other("an object nested too deeply".into()),
        ValueType::Object => {
            // SAFETY: the type was checked.
            let object: Object<'_> = unsafe { value.cast()? };
            if object.is_array()? || object.is_typedarray()? {
                list(&object, depth)?
            } else {
                tree(&object, depth)?
            }
        }
        ValueType::Function => Value::Other("a function".into()),
        ValueType::Symbol => Value::Other("a symbol".into()),
        ValueType::BigInt => Value::Other("a bigint".into()),
        _ => Value::Other("a value of unknown type".into()),
    }))
}

fn list(object: &Object<'_>, depth: usize) -> napi::Result<Value> {
    let length: u32 = object.get_named_property("length")?;
    let items = (0..length).map(|i| {
        let item: Unknown<'_> = object.get_element(i)?;
        Ok(read(item, depth - 1)?.unwrap_or_else(|| Value::Other("undefined".into())))
    });
    Ok(Value::List(items.collect::<napi::Result<_>>()?))
}

fn tree(object: &Object<'_>, depth: usize) -> napi::Result<Value> {
    let mut entries = Vec::new();
    for name in Object::keys(object)? {
        let item: Unknown<'_> = object.get_named_property(&name)?;
        if let Some(value) = read(item, depth - 1)? {
            entries.push((name, value));
        }
    }
    Ok(Value::Tree(entries))
}
