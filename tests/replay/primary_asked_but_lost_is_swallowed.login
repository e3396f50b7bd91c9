# The backend got the request and did not answer: it is not asked again; retransmissions are swallowed for 30 s.
   0       request A alice right          -> check_password A
   4s      password lost A                -> login silent primary_unavailable 1
   5s      again A                        -> nothing
   33999ms again A                        -> nothing
   34s     again A                        -> check_password A
   34s     password unavailable A         -> login silent primary_unavailable 1

calls 0
