// The yardstick of tools/bench: the training steps of its workloads in plain LibTorch (modules, autograd, optimizer, contiguous
// layout), on as many threads, with no simulator at all. Every participant of a round takes a fresh copy of the global model and
// trains on rows of its own; the round ends with their plain average. Prints the seconds of the rounds alone.
//
//   bare_loop W1|W2|W3 [--threads N] [--rounds N] --data DIR        DIR holds mnist/train-images-idx3-ubyte.gz and its labels
#include <torch/torch.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Workload {
  std::string name;
  std::int64_t institutions;
  std::int64_t rows;          // of each institution
  std::int64_t participants;  // a round
  std::int64_t rounds;
  std::int64_t batch;
  std::int64_t steps;         // of each participant in a round
  double lr;
  torch::nn::Sequential (*network)();
};

torch::nn::Sequential logistic() {
  namespace nn = torch::nn;
  return nn::Sequential(nn::Flatten(), nn::Linear(784, 10));
}

torch::nn::Sequential wide_convolutions() {
  namespace nn = torch::nn;
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 32, 3)), nn::ReLU(), nn::Conv2d(nn::Conv2dOptions(32, 64, 3)),
                        nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(9216, 128), nn::ReLU(), nn::Linear(128, 10));
}

torch::nn::Sequential narrow_convolutions() {
  namespace nn = torch::nn;
  return nn::Sequential(nn::Conv2d(nn::Conv2dOptions(1, 8, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2),
                        nn::Conv2d(nn::Conv2dOptions(8, 16, 3).padding(1)), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(),
                        nn::Linear(784, 32), nn::ReLU(), nn::Linear(32, 10));
}

// W3 takes the 60 rows of MNIST that each of 1000 institutions can have: batches of 16, 16, 16, 12, and 16 of a new order.
const Workload workloads[] = {
    {"W1", 1000, 60, 10, 100, 10, 6, 0.03, logistic},
    {"W2", 1000, 50, 50, 20, 10, 5, 0.1, wide_convolutions},
    {"W3", 1000, 60, 1000, 3, 16, 5, 0.05, narrow_convolutions},
};

std::vector<unsigned char> unpacked(const std::string& file, std::size_t header) {
  const gzFile stream = gzopen(file.c_str(), "rb");
  if (stream == nullptr) throw std::runtime_error("cannot open " + file);
  std::vector<unsigned char> bytes;
  unsigned char chunk[1 << 16];
  for (int got = 0; (got = gzread(stream, chunk, sizeof chunk)) > 0;) bytes.insert(bytes.end(), chunk, chunk + got);
  gzclose(stream);
  if (bytes.size() <= header) throw std::runtime_error("truncated: " + file);
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
  return bytes;
}

struct Mnist {
  torch::Tensor images;  // uint8 (n, 1, 28, 28)
  torch::Tensor labels;  // int64 (n)
};

Mnist load(const std::string& folder) {
  auto pixels = unpacked(folder + "/mnist/train-images-idx3-ubyte.gz", 16);
  auto classes = unpacked(folder + "/mnist/train-labels-idx1-ubyte.gz", 8);
  const auto rows = static_cast<std::int64_t>(classes.size());
  return {torch::from_blob(pixels.data(), {rows, 1, 28, 28}, torch::kUInt8).clone(),
          torch::from_blob(classes.data(), {rows}, torch::kUInt8).to(torch::kLong)};
}

// One institution's round: its rows as numbers, a copy of the global model, an optimizer, the steps; what it learned.
torch::Tensor train(const Workload& workload, const torch::Tensor& global, const Mnist& data, std::int64_t institution,
                    std::uint64_t seed) {
  const torch::Tensor mine = torch::arange(institution * workload.rows, (institution + 1) * workload.rows);
  const torch::Tensor inputs = data.images.index_select(0, mine).to(torch::kFloat).sub(127.5).div(127.5);
  const torch::Tensor labels = data.labels.index_select(0, mine);
  torch::nn::Sequential network = workload.network();
  {
    const torch::NoGradGuard no_grad;
    torch::nn::utils::vector_to_parameters(global, network->parameters());
  }
  torch::optim::SGD optimizer(network->parameters(), workload.lr);
  std::vector<std::int64_t> order(static_cast<std::size_t>(workload.rows));
  std::iota(order.begin(), order.end(), 0);
  std::mt19937_64 engine(seed);
  for (std::int64_t step = 0, taken = workload.rows; step < workload.steps; ++step) {
    if (taken >= workload.rows) {
      std::shuffle(order.begin(), order.end(), engine);
      taken = 0;
    }
    const std::int64_t size = std::min(workload.batch, workload.rows - taken);
    const torch::Tensor batch = torch::from_blob(order.data() + taken, {size}, torch::kLong).clone();
    taken += size;
    optimizer.zero_grad();
    const torch::Tensor logits = network->forward(inputs.index_select(0, batch));
    torch::nn::functional::cross_entropy(logits, labels.index_select(0, batch)).backward();
    optimizer.step();
  }
  const torch::NoGradGuard no_grad;
  return torch::nn::utils::parameters_to_vector(network->parameters());
}

torch::Tensor round_of(const Workload& workload, const torch::Tensor& global, const Mnist& data, int threads,
                       std::uint64_t round) {
  std::vector<std::int64_t> who(static_cast<std::size_t>(workload.institutions));
  std::iota(who.begin(), who.end(), 0);
  std::mt19937_64 engine(round);
  std::shuffle(who.begin(), who.end(), engine);
  std::vector<torch::Tensor> sums(static_cast<std::size_t>(threads));
  std::atomic<std::int64_t> next = 0;
  const auto work = [&](torch::Tensor& sum) {
    at::init_num_threads();
    sum = torch::zeros_like(global);
    for (std::int64_t i = next++; i < workload.participants; i = next++) {
      const std::int64_t institution = who[static_cast<std::size_t>(i)];
      sum.add_(train(workload, global, data, institution, round * 1'000'003 + static_cast<std::uint64_t>(i)));
    }
  };
  std::vector<std::thread> workers;
  for (torch::Tensor& sum : sums) workers.emplace_back(work, std::ref(sum));
  for (std::thread& worker : workers) worker.join();
  return torch::stack(sums).sum(0).div(workload.participants);
}

double seconds_of(const Workload& workload, const Mnist& data, int threads) {
  torch::manual_seed(1);
  torch::Tensor global = torch::nn::utils::parameters_to_vector(workload.network()->parameters()).detach();
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t round = 0; round < workload.rounds; ++round) {
    global = round_of(workload, global, data, threads, static_cast<std::uint64_t>(round));
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int run(const std::vector<std::string>& arguments) {
  const Workload* chosen = nullptr;
  int threads = 2;
  std::int64_t rounds = 0;
  std::string folder;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto value = [&] { return arguments.at(++i); };
    if (arguments[i] == "--threads") threads = std::stoi(value());
    else if (arguments[i] == "--rounds") rounds = std::stoll(value());
    else if (arguments[i] == "--data") folder = value();
    for (const Workload& workload : workloads) chosen = arguments[i] == workload.name ? &workload : chosen;
  }
  if (chosen == nullptr || folder.empty() || threads < 1) {
    throw std::runtime_error("usage: bare_loop W1|W2|W3 [--threads N] [--rounds N] --data DIR");
  }
  Workload workload = *chosen;
  if (rounds > 0) workload.rounds = rounds;
  at::set_num_threads(1);
  std::printf("%.3f\n", seconds_of(workload, load(folder), threads));
  return 0;
}

}  // namespace

int main(int count, char** values) {
  try {
    return run({values + 1, values + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_loop: %s\n", error.what());
    return 2;
  }
}
