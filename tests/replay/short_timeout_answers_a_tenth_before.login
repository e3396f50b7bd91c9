# answer_before is 1 s by default, at most a tenth of the timeout.
timeout 5s

   0       request A alice right          -> check_password A
   10ms    password ok A                  -> start_call A
   4500ms  clock                          -> cancel_call A; reject A; login reject deadline 1

calls 1
