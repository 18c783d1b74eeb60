#!/usr/bin/env bash
# Let real servers and frameworks, each in an environment of its own, take what we store, with the Python of $1 (.venv).
#
# The environments are kept in .bench/servers. `ONLY="mlserver kserve"` makes and tests those alone.
set -eu -o pipefail
cd "$(dirname "$0")/.."
venv=$1
shift
place=.bench/servers
mkdir -p "$place"

packages() {
  case $1 in
    mlserver) echo mlserver{,-sklearn,-xgboost,-lightgbm,-mlflow}==1.7.1 ;;
    kserve) echo "kserve>=0.21 scikit-learn xgboost-cpu lightgbm joblib pandas" ;;
    mlflow) echo "mlflow>=3.10 xgboost-cpu lightgbm onnx onnxruntime" ;;
    tensorflow) echo "tensorflow-cpu>=2.18 mlflow-skinny>=3.10 msgspec cloudpickle pandas" ;;
    torch) echo "torch>=2.2 mlflow-skinny>=3.10 msgspec cloudpickle pandas numpy" ;;
  esac
}

for name in ${ONLY:-mlserver kserve mlflow tensorflow torch}; do
  stamp="$place/$name/.installed-$(packages "$name" | cksum | cut -d ' ' -f 1)"
  if [ -e "$stamp" ]; then
    continue
  fi
  echo "Making an environment for $name (once)"
  rm -rf "${place:?}/$name"
  "$venv/bin/python" -m venv "$place/$name"
  # shellcheck disable=SC2046
  "$place/$name/bin/python" -m pip install --quiet --disable-pip-version-check $(packages "$name")
  # Without bytecode each start would take several times as long, where PYTHONDONTWRITEBYTECODE is set.
  "$place/$name/bin/python" -m compileall -qq -j 0 "$place/$name/lib" || true
  touch "$stamp"
done

JUPYTER_MLOPS_SERVERS="${ONLY:-mlserver kserve mlflow tensorflow torch}" exec "$venv/bin/python" -m pytest tests/servers "$@"
